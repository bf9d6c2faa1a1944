"""A run of three rounds without a network: accepted, rejected with a roll-back to round 0, refused."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import polars as pl

from headway.attempts import Attempts, Tasks
from headway.cast import Cast, Completions, Scores
from headway.journal import Disk, Journal
from headway.loop import Loop
from headway.seeds import derived_seed
from headway.stages import Report, Round, Ruling, State
from headway.stats import mean_over_tasks

SEED, ROUNDS = 7, 3


@dataclass(frozen=True)
class Numbers:
    """A policy that is a few numbers, in two files."""

    values: tuple[float, ...]
    verdict_words = ("yes", "no")

    def save(self, folder: Path) -> None:
        np.array(self.values).tofile(folder / "weights.bin")
        (folder / "config.json").write_text('{"policy": "numbers"}')

    def digest(self) -> str:
        return hashlib.sha256(np.array(self.values).tobytes()).hexdigest()

    def sample(self, prompts, seeds, *, temperature, top_p, max_tokens) -> Completions:
        raise NotImplementedError

    def score(self, prompts, texts) -> Scores:
        raise NotImplementedError

    def verdict(self, prompts, answers) -> np.ndarray:
        raise NotImplementedError

    def verdict_question(self, prompt, answer):
        raise NotImplementedError


def load(folder: Path) -> Numbers:
    return Numbers(tuple(np.fromfile(folder / "weights.bin").tolist()))


def first_cast() -> Cast:
    start = Numbers((0.25, 1 / 3))
    return Cast(MappingProxyType({"solver": start, "base": start, "past": start}))


@dataclass(frozen=True)
class Ask:
    tasks: int = 4
    of: str | None = None

    def __call__(self, state: State) -> Tasks:
        return questions(self.tasks, state.seed_for("ask"))


def questions(n: int, seed: int) -> Tasks:
    names = [f"{derived_seed(seed, index):x}" for index in range(n)]
    return Tasks(pl.DataFrame({"task": names, "domain": "small", "level": list(range(n)), "prompt": names}))


@dataclass(frozen=True)
class Write:
    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts:
        """Texts depend on the weights of all roles, so that going on with another cast is seen."""
        everyone = "".join(cast[role].digest() for role in sorted(cast))
        texts = [f"{derived_seed(everyone, seed, task):x} ×" for task in tasks["task"]]
        frame = tasks.frame.with_columns(pl.Series("text", texts), author=pl.lit("solver"), id=pl.col("task") + "!")
        return Attempts(frame)


@dataclass(frozen=True)
class Judge:
    name: str = "tool"
    reads: tuple[str, ...] = ("world",)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        return pl.Series([int(text.split()[0], 16) % 2 / 1.0 for text in attempts["text"]])


@dataclass(frozen=True)
class Keep:
    of: str | None = "tool"
    nothing_in: int = 3

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """Weights depend on all that history holds, so that going on with another history is seen."""
        if state.round == self.nothing_in:
            return attempts.weighing(np.zeros(len(attempts)))
        return attempts.weighing(np.full(len(attempts), 1 + int(seen(state.history), 16) % 1000 / 1000))


def seen(history: Sequence[Round]) -> str:
    sha = hashlib.sha256()
    for turn in history:
        for table in (turn.sampled, turn.attempts, turn.exam):
            sha.update(str(table.frame.rows() if table is not None else None).encode())
        sha.update(repr(turn.report).encode() + repr(turn.ruling).encode() + repr(turn.refused).encode())
    return sha.hexdigest()


@dataclass(frozen=True)
class Learn:
    roles: tuple[str, ...] = ("solver",)

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        before = cast["solver"]
        shift = sum(attempts["weight"]) / 7 + derived_seed("".join(attempts["text"]), seed) % 97 / 97
        return cast.replace("solver", Numbers(tuple(v + shift for v in before.values))).replace("past", before)


@dataclass(frozen=True)
class Exam:
    sample: Write = Write()
    reads: tuple[str, ...] = ("tool",)

    def questions(self) -> Tasks:
        return questions(3, 1)

    def __call__(self, attempts: Attempts) -> Report:
        right = attempts.verdict("tool")
        by_task = attempts.frame.select("task", "level").with_columns(right.alias("accuracy"))
        return Report({"accuracy": mean_over_tasks(right.to_numpy())}, by_task)


@dataclass(frozen=True)
class Scripted:
    rulings: tuple[tuple[bool, int, int], ...] = ((True, 0, 0), (True, 1, 0), (False, 0, 1))

    def __call__(self, history: Sequence[Round], index: int, report: Report) -> Ruling:
        accept, keep, best = self.rulings[index]
        reason = f"scripted × after {seen(history)[:8]}"
        return Ruling(accept, keep, best, reason, evidence={"exam": report.estimates["accuracy"]})


LOOP = Loop(Ask(), Write(), (Judge(),), Keep(), Learn(), Exam(), Scripted())
EXPERIMENT = repr(LOOP)


def opened(folder: Path, disk: Disk) -> Journal:
    """The journal of a run that is there, or of a new one."""
    if (folder / "run.json").exists():
        return Journal.open(folder, EXPERIMENT, disk=disk)
    return Journal.create(folder, EXPERIMENT, seed=SEED, rounds=ROUNDS, disk=disk)


def turns(journal: Journal) -> Iterator[Round]:
    """What the loop makes from here on."""
    history, begun, cast = journal.progress(load)
    return LOOP.walk(cast or first_cast(), rounds=ROUNDS, seed=SEED, history=history, begun=begun)


def finish(folder: Path, disk: Disk) -> None:
    """Begin the run, or go on with it, and come to its end."""
    with opened(folder, disk) as journal:
        for turn in turns(journal):
            journal.record(turn)


def contents(folder: Path) -> dict[str, bytes | str]:
    """Every file and link of a run folder but those that tell of the machine and the time."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file() and name not in ("LOCK", "timings.jsonl", "run.json"):
            found[name] = path.read_bytes()
    return found


if __name__ == "__main__":
    from faults import Dies

    disk = Dies()
    disk.arm(int(sys.argv[2]))
    finish(Path(sys.argv[1]), disk)
