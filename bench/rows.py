"""One line of the table of speeds, and how two ways of doing the same thing are timed side by side."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """What a bench found: our figure, the figure of the peer or of the machine, and the ratio that was promised."""

    name: str
    ours: float
    peer: float
    unit: str
    target: float
    """The ratio of ours to the peer that the project promises, both read as rates: more is better."""
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.peer

    @property
    def reached(self) -> bool:
        return self.ratio >= self.target


@dataclass(frozen=True)
class Times:
    """Processor times of one contender [s], one a repetition."""

    seconds: tuple[float, ...]

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return median(self.seconds)


def interleaved(repetitions: int, *contenders: Callable[[], object]) -> list[Times]:
    """Times of each contender over as many repetitions, taken in turns so that a slow moment hits all alike.

    Every contender first runs once untimed. It is the processor time of this process that counts: contenders have one
    thread each and wait for nothing, and wall-clock would time whoever else uses the machine.
    """
    for contender in contenders:
        contender()
    seconds: list[list[float]] = [[] for _ in contenders]
    for _ in range(repetitions):
        for contender, taken in zip(contenders, seconds, strict=True):
            start = time.process_time()
            contender()
            taken.append(time.process_time() - start)
    return [Times(tuple(taken)) for taken in seconds]


def once(contender: Callable[[], object]) -> float:
    """Processor time of one run [s], for what takes too long to be repeated."""
    start = time.process_time()
    contender()
    return time.process_time() - start
