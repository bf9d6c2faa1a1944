"""What an experiment's text may name: every stage, by the room it may stand in."""

from collections.abc import Mapping
from dataclasses import dataclass

from headway.domains import Addition, File, Puzzles
from headway.gate import Always, Governor, Standard
from headway.loop import Loop
from headway.measure import Exam
from headway.propose import Given
from headway.sample import Each
from headway.select import Above, Best, Random, Replay, Spread
from headway.stages import Domain, Gate, Judge, Measure, Propose, Sample, Select, Start, Train, require
from headway.start import Checkpoint, LanguageModel, Pretrained
from headway.train import Fit
from headway.verify import Opinion, Tool, Vote


@dataclass(frozen=True)
class Experiment:
    """Everything that decides a run: equal experiments give equal bits on one machine."""

    start: Start
    loop: Loop
    rounds: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.rounds >= 0, self, "rounds", "a whole number of at least 0")


PARTS: Mapping[type, tuple[type, ...]] = {
    Start: (Pretrained, LanguageModel, Checkpoint),
    Domain: (Addition, File, Puzzles),
    Propose: (Given,),
    Sample: (Each,),
    Judge: (Opinion, Tool, Vote),
    Select: (Above, Best, Random, Replay, Spread),
    Train: (Fit,),
    Measure: (Exam,),
    Gate: (Always, Governor),
    Standard: (Standard,),
    Loop: (Loop,),
    Experiment: (Experiment,),
}
"""For every kind of field, the classes that may stand there."""

NAMES: Mapping[str, type] = {part.__name__: part for parts in PARTS.values() for part in parts}
