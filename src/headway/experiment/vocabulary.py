"""What an experiment's text may name: every stage, by the room it may stand in."""

from collections.abc import Mapping
from dataclasses import dataclass

from headway.domains import (
    Addition,
    Columns,
    File,
    Gym,
    Levelled,
    Mazes,
    Multiplication,
    Puzzles,
    Shots,
    Stated,
    Strings,
    Witnesses,
)
from headway.gate import Always, Governor, Standard
from headway.loop import Loop
from headway.measure import Calibration, Exam, Ladder
from headway.policy.endpoint import Endpoint
from headway.propose import Frontier, Given
from headway.sample import Each, Told, Upward
from headway.select import (
    Above,
    Advantage,
    All,
    Best,
    Clusters,
    Corrupt,
    DivPO,
    Gold,
    Learnability,
    Length,
    Mixture,
    Random,
    Replay,
    Spread,
    Unbroken,
)
from headway.select.rewards import (
    Brevity,
    Brier,
    Correct,
    Distinct,
    LogScore,
    Novel,
    Readable,
    Reward,
    Spherical,
    Unlikely,
)
from headway.stages import Domain, Gate, Judge, Measure, Propose, Sample, Select, Start, Train, require
from headway.start import Checkpoint, Joined, LanguageModel, Pretrained, Several, Taught
from headway.train import Draw, Fit, Prefer, Reinforce, Together
from headway.verify import Agreement, Opinion, Sure, Tool, Vote


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
    Start: (Checkpoint, Joined, LanguageModel, Pretrained, Several, Taught),
    Domain: (Addition, Columns, File, Gym, Mazes, Multiplication, Puzzles, Shots, Stated, Strings, Witnesses),
    Levelled: (Addition, Columns, Gym, Mazes, Multiplication, Strings),
    Propose: (Frontier, Given),
    Sample: (Each, Told, Upward),
    Judge: (Agreement, Opinion, Sure, Tool, Vote),
    Select: (
        Above,
        Advantage,
        All,
        Best,
        Corrupt,
        DivPO,
        Gold,
        Learnability,
        Length,
        Mixture,
        Random,
        Replay,
        Spread,
        Unbroken,
    ),
    Reward: (Brevity, Brier, Correct, Distinct, LogScore, Novel, Readable, Spherical, Unlikely),
    Clusters: (Clusters,),
    Train: (Draw, Fit, Prefer, Reinforce, Together),
    Draw: (Draw,),
    Measure: (Calibration, Exam, Ladder),
    Gate: (Always, Governor),
    Standard: (Standard,),
    Endpoint: (Endpoint,),
    Loop: (Loop,),
    Experiment: (Experiment,),
}
"""For every kind of field, the classes that may stand there."""

NAMES: Mapping[str, type] = {part.__name__: part for parts in PARTS.values() for part in parts}
