"""Verdicts a second behind all walls, beside other graders of programs, and what each of them accepts falsely.

`python -m bench.sandbox` also runs the catalogue of attacks against the others, each attack in an arena of its own,
which takes minutes; `python -m bench` takes the speeds alone. Processor time counts, not the clock.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from bench.graders import ABOUT, GRADERS
from bench.rows import Row

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "tests" / "sandbox"))

import arena  # noqa: E402 - the tests' own place to run attacks in
from attacks import ATTACKS  # noqa: E402

PROGRAMS = {"ours": 300, "fresh": 30, "pytest": 8, "human_eval": 30, "evalplus": 60}
GIVEN_UP = 120.0
"""Seconds after which a grader that has not said anything is given up."""
MISCHIEF = ("resource", "escape", "time")
"""Families that are after the machine, not after the verdict: they return something wrong to every grader."""
PLANNED = 150.0
"""Verdicts a second a core that the project promises."""


def measure() -> list[Row]:
    """Verdicts a second of processor time on one right program with ten tests, ours behind every wall."""
    if (reason := arena.missing()) is not None:
        raise RuntimeError(reason)
    rates = {name: 1.0 / seconds(name) for name in PROGRAMS if name != "evalplus" or find_spec("evalplus")}
    ours = rates.pop("ours")
    planned = Row("verdicts on programs, all walls", ours, PLANNED, "verdicts/s", 1.0, "beside what is promised a core")
    return [
        planned,
        *(
            Row(f"verdicts on programs, {ABOUT[name]}", ours, rate, "verdicts/s", 1.0, "in one arena")
            for name, rate in rates.items()
        ),
    ]


def seconds(name: str) -> float:
    """Processor seconds a verdict."""
    return float(_in_arena(name, "speed", str(PROGRAMS[name]), patience=600.0))


def _in_arena(*arguments: str, patience: float) -> str:
    with arena.few_processes() as group:
        enter = f"echo $$ > {group}; exec " if group else "exec "
        words = [*arena.command(), sys.executable, "-m", "bench.graders", *arguments]
        words[words.index("--chdir") + 1] = str(HERE.parents[1])
        ran = subprocess.run(
            ["sh", "-c", enter + '"$@"', "sh", *words], capture_output=True, text=True, timeout=patience, check=False
        )
    return ran.stdout.strip().splitlines()[-1] if ran.stdout.strip() else "down"


def judged(name: str, attack: str) -> str:
    """`pass`, `fail`, `down` where the grader died without a word, `hangs` where it said nothing."""
    try:
        said = _in_arena(name, "judge", attack, patience=GIVEN_UP)
    except subprocess.TimeoutExpired:
        return "hangs"
    return said if said in ("pass", "fail") else "down"


def accepted(name: str) -> dict[str, str]:
    """What a grader says of every attack on its verdict, and of a right and a wrong program."""
    asked = [attack.name for attack in ATTACKS if attack.family not in MISCHIEF] + ["right", "wrong"]
    with ThreadPoolExecutor(2) as threads:
        return dict(zip(asked, threads.map(lambda attack: judged(name, attack), asked), strict=True))


def main() -> None:
    """The table of graders, with what each accepts."""
    print("| grader | verdicts/s a core | attacks | false accepts | down | hangs |\n|---|---|---|---|---|---|")
    told = arena.inside("walled", "each")[:-1]
    passed = [one["attack"] for one in told if one["outcome"] == "pass"]
    print(f"| {ABOUT['ours']} | {1 / seconds('ours'):.0f} | {len(told)} | {len(passed)} | 0 | 0 |", flush=True)
    for name in GRADERS:
        if name == "evalplus" and not find_spec("evalplus"):
            print("evalplus is not here: pip install --no-deps evalplus==0.3.1", file=sys.stderr)
            continue
        said = accepted(name)
        if said.pop("right") != "pass" or said.pop("wrong") != "fail":
            raise RuntimeError(f"{name} cannot tell a right program from a wrong one here")
        counted = [list(said.values()).count(word) for word in ("pass", "down", "hangs")]
        cells = " | ".join(map(str, (len(said), *counted)))
        print(f"| {ABOUT[name]} | {1 / seconds(name):.0f} | {cells} |", flush=True)
        print(f"  accepted: {' '.join(attack for attack, word in said.items() if word == 'pass')}", file=sys.stderr)


if __name__ == "__main__":
    main()
