"""The seven rooms as signatures, and what passes between them.

A stage is a frozen dataclass that can be called: its fields are its configuration and its repr is
the experiment file. Nothing here knows which model, domain or library stands behind a signature.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from headway.attempts import Attempts, Prompt, Tasks
from headway.cast import Cast
from headway.seeds import derived_seed
from headway.stats import Estimate

# -- what can be asked ----------------------------------------------------------------------------


class Domain(Protocol):
    """What can be asked, and how an answer is checked against the world."""

    @property
    def name(self) -> str:
        """What the `domain` column says."""
        ...

    @property
    def pieces(self) -> tuple[str, ...]:
        """Strings that a policy made from scratch for this domain reads and writes as one token each."""
        ...

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct tasks; held-out ones never coincide with the others, whatever the seeds."""
        ...

    def read(self, text: str) -> str | None:
        """The answer in canonical form, None where the text has no valid one; equal answers read equal."""
        ...

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float | None:
        """1.0 right, 0.0 wrong, None where the world has nothing to say."""
        ...

    def graded(self, n: int, seed: int) -> Attempts:
        """Attempts by `world` at `n` tasks, one right and one wrong each, with a verdict by `world`."""
        ...


# -- what passes between rounds -------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """What an exam found: estimates by name, and one row a task for paired comparisons."""

    estimates: Mapping[str, Estimate]
    by_task: pl.DataFrame
    """`task`, `level` and a column of floats for every metric that has one number a task."""


@dataclass(frozen=True)
class Ruling:
    """What a gate decided about a round, and on which numbers."""

    accept: bool
    keep: int
    """The round whose cast goes on: this one, or an earlier one after a roll-back."""
    best: int
    """The best accepted round so far."""
    reason: str
    stop: bool = False
    evidence: Mapping[str, Estimate] = field(default_factory=dict)
    action: str = ""
    """What the gate does, in its own words, where it can do more than accept and reject."""
    flips: str = ""
    """The evidence that would turn the ruling."""
    by: str = ""
    """By whose standards it was made."""
    adjust: Mapping[str, float] = field(default_factory=dict)
    """Fields of the loop, by path, and the value that they have from the next round on."""


@dataclass(frozen=True)
class Round:
    """What one turn of the loop leaves behind; fields are None until their stage is done.

    Round 0 is the cast as it came, with an exam and no training.
    """

    index: int
    sampled: Attempts | None = None
    attempts: Attempts | None = None
    """Sampled, judged and weighed, with replayed rows after the sampled ones."""
    cast: Cast | None = None
    """After training; dropped once no later round can go back to it."""
    exam: Attempts | None = None
    report: Report | None = None
    ruling: Ruling | None = None
    refused: str | None = None
    """Why this round could not be trained on; the parent then stays."""

    @property
    def stage(self) -> str:
        """The last stage that is done."""
        done = {
            "ruling": self.ruling,
            "report": self.report,
            "exam": self.exam,
            "cast": self.cast,
            "attempts": self.attempts,
            "sampled": self.sampled,
        }
        return next((name for name, made in done.items() if made is not None), "begun")


class RoundRefused(Exception):
    """A stage cannot give a round that may be learned from; the loop keeps the parent and says why."""


@dataclass(frozen=True)
class State:
    """What a stage may know: where the loop is, who plays, what has happened, and the seed of this round."""

    round: int
    seed: int
    """The run's seed; use `seed_for` rather than this."""
    cast: Cast
    history: tuple[Round, ...] = ()

    def seed_for(self, stage: str) -> int:
        """The seed of one stage in this round, so that any round can be run again alone."""
        return derived_seed(self.seed, self.round, stage)

    def behind(self, rounds: int) -> tuple["State", int]:
        """This round as it could be proposed and sampled `rounds` rounds ago, and the trainings that lie between.

        Where the loop has left that line by going back, or no round is that old, it is this state, and 0.
        """
        seen = self.history[: self.round - lag(self.round, rounds)]
        line = [0, *(turn.index for turn in self.line)]
        kept = going_on(seen)
        if len(seen) == len(self.history) or kept not in line:
            return self, 0
        return State(self.round, self.seed, cast_after(seen), seen), sum(index > kept for index in line)

    @property
    def line(self) -> list[Round]:
        """The rounds in which the current cast was trained, oldest first; rounds rolled back are not in it."""
        line: list[Round] = []
        index = going_on(self.history)
        while index > 0:
            line.insert(0, self.history[index])
            index = going_on(self.history[:index])
        return line

    @property
    def kept(self) -> list[Attempts]:
        """What the current cast learned from, round by round, oldest first."""
        return [turn.attempts.kept for turn in self.line if turn.attempts is not None]


def lag(index: int, staleness: int) -> int:
    """How many rounds before its turn a round may be begun: no round before the first is trained."""
    return max(0, min(staleness, index - 1))


def going_on(history: Sequence[Round]) -> int:
    """The round whose cast goes on after these."""
    return history[-1].ruling.keep if history and history[-1].ruling else 0


def cast_after(history: Sequence[Round]) -> Cast:
    """Who plays after these rounds; ValueError where that cast is not kept."""
    cast = history[going_on(history)].cast
    if cast is None:
        raise ValueError(
            f"the loop goes on from round {going_on(history)}, but only the casts of rounds "
            f"{[turn.index for turn in history if turn.cast is not None]} are kept; "
            f"a gate may keep this round, the one before it or its best"
        )
    return cast


# -- the rooms ------------------------------------------------------------------------------------


class Start(Protocol):
    """Before room 1: who plays in a run with this seed."""

    def __call__(self, seed: int) -> Cast: ...


class Propose(Protocol):
    """Room 1: what is asked in this round."""

    @property
    def of(self) -> str | None:
        """The verdict by which it decides what to ask next; None where it looks at none."""
        ...

    def __call__(self, state: State) -> Tasks: ...


class Sample(Protocol):
    """Room 2: attempts at tasks by a role of the cast."""

    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts: ...


class Judge(Protocol):
    """Room 3: an opinion of every attempt."""

    @property
    def name(self) -> str:
        """The field of `verdicts` that this judge fills."""
        ...

    @property
    def reads(self) -> tuple[str, ...]:
        """The roles whose weights the opinion depends on, or `world` for tools and people."""
        ...

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in [0, 1] a row, null where there is nothing to say.

        A judge that says why gives a struct a row instead: `verdict`, that number, and `remark`, text or a struct.
        """
        ...


class Select(Protocol):
    """Room 4: the weight of every attempt, and which earlier or given attempts are learned beside them."""

    @property
    def of(self) -> str | None:
        """The verdict that is optimised; None where selection looks at none."""
        ...

    def __call__(self, attempts: Attempts, state: State) -> Attempts: ...


class Train(Protocol):
    """Room 5: a new cast from weighted attempts; raises RoundRefused rather than give a broken one."""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles whose weights change."""
        ...

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast: ...


class Measure(Protocol):
    """Room 6: the exam. It says what is asked and how, and reduces the judged attempts to a report."""

    @property
    def sample(self) -> Sample:
        """How the exam is sampled."""
        ...

    @property
    def reads(self) -> tuple[str, ...]:
        """The verdicts that it reads."""
        ...

    def questions(self) -> Tasks:
        """The held-out tasks, the same in every round."""
        ...

    def rests_on(self, metric: str) -> tuple[str, ...]:
        """The verdicts that a metric is made of; none where it is made of texts alone."""
        ...

    def __call__(self, attempts: Attempts) -> Report: ...


class Gate(Protocol):
    """Room 7: whether the round stands, and where the loop goes on."""

    def __call__(self, history: Sequence[Round], index: int, report: Report) -> Ruling: ...


def require(holds: bool, stage: object, field_name: str, allowed: str) -> None:
    """Raise a ValueError that names the stage, the field, its value and what is allowed, unless `holds`."""
    if not holds:
        value = vars(stage)[field_name]
        raise ValueError(f"{type(stage).__name__}.{field_name} is {value!r}; allowed: {allowed}")
