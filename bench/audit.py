"""The whole audit of a verl dump: does its cost grow with the rollouts alone, and does its memory not grow at all?

`python -m bench.audit 1000000` measures one size; without a number the sizes of the table. Each size runs in a process
of its own, so that its peak of memory is its own.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.rows import Row

SMALL, LARGE = 20_000, 200_000
GROUP, STEP, WORDS = 16, 2_048, 60
VOCABULARY = 4_000


def measure() -> list[Row]:
    """Rollouts a second of processor time, beside parsing the lines and nothing else, and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = (measured(Path(folder) / str(rows), rows) for rows in (SMALL, LARGE))
    rate, parsed = LARGE / large["audit"], LARGE / large["parse"]
    return [
        Row("audit, rollouts of 60 words a second", rate, parsed, "a second", 0.05, "beside json.loads of the lines"),
        Row("cost is linear: 200,000 rollouts beside 20,000", rate, SMALL / small["audit"], "a second", 0.9),
        Row("memory is flat: peak at 20,000 beside 200,000", small["peak"], large["peak"], "MB", 0.7, "less is better"),
    ]


def measured(folder: Path, rows: int) -> dict[str, float]:
    """Processor seconds of parsing and of the audit, and the peak of memory [MB], in a fresh process."""
    written(folder, rows)
    done = subprocess.run(
        [sys.executable, "-m", "bench.audit", "--once", str(folder)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def once(folder: Path) -> dict[str, float]:
    """Audit this folder in this process."""
    from headway.audit import audit

    began, clock = time.process_time(), time.monotonic()
    found = audit(folder)
    audited, wall = time.process_time() - began, time.monotonic() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.process_time()
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            for line in file:
                json.loads(line)
    parse = time.process_time() - began
    return {"rollouts": found.rollouts, "audit": audited, "wall": wall, "parse": parse, "peak": peak}


def written(folder: Path, rows: int, seed: int = 0) -> None:
    """A dump of `rows` rollouts of words drawn by Zipf's law, one file a step."""
    random = np.random.default_rng(seed)
    words = np.array([f"w{place:x}{'abcdefgh'[: place % 7]}" for place in range(VOCABULARY)])
    chance = 1 / np.arange(1, VOCABULARY + 1)
    folder.mkdir(parents=True)
    for step, first in enumerate(range(0, rows, STEP)):
        size = min(STEP, rows - first)
        texts = words[random.choice(VOCABULARY, size=(size, WORDS), p=chance / chance.sum())]
        right, answers = random.random(size) < 0.4, random.integers(20, size=size)
        with (folder / f"{step}.jsonl").open("w") as file:
            for place in range(size):
                row = {
                    "input": f"prompt {(first + place) // GROUP}: what is it?",
                    "output": f"{' '.join(texts[place])} #### {answers[place]}",
                    "gts": "1",
                    "score": float(right[place]),
                    "step": step,
                    "acc": bool(right[place]),
                    "pred": str(answers[place]),
                }
                file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        print(json.dumps(once(Path(sys.argv[2]))))
    else:
        for rows in map(int, sys.argv[1:] or (SMALL, LARGE)):
            with tempfile.TemporaryDirectory() as made:
                print(json.dumps(measured(Path(made) / "dump", rows)))
