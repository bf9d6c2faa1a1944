"""What an experiment's text may name: every stage, by the room it may stand in."""

from collections.abc import Mapping
from dataclasses import dataclass

from headway.domains import (
    Addition,
    Chained,
    Chains,
    Columns,
    Facts,
    File,
    Functions,
    Gym,
    Levelled,
    Mazes,
    Multiplication,
    Programs,
    Puzzles,
    Shots,
    Stated,
    Strings,
    Tested,
    Verse,
    Witnesses,
    Worksheet,
)
from headway.gate import Always, Governor, Standard
from headway.loop import Loop
from headway.measure import Calibration, Exam, Execution, Ladder
from headway.policy.endpoint import Endpoint
from headway.propose import Frontier, Given
from headway.sample import Chain, Each, History, Probe, Probes, Told, Upward
from headway.sandbox.limits import Limits
from headway.select import (
    Above,
    Advantage,
    Against,
    All,
    Amended,
    Best,
    Clusters,
    Corrected,
    Corrupt,
    DivPO,
    Gold,
    Learnability,
    Length,
    Mixture,
    Part,
    Random,
    Replay,
    Spread,
    Unbroken,
    Whole,
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
from headway.start import (
    Also,
    Checkpoint,
    Joined,
    Judging,
    LanguageModel,
    Mixed,
    Pretrained,
    Rated,
    Several,
    Taught,
    Writers,
)
from headway.train import Draw, Fit, Lagged, Prefer, Reinforce, Together, Trl
from headway.verify import (
    Agreement,
    AllOf,
    AnyOf,
    Audited,
    Coin,
    Decided,
    ExitCode,
    FirstOf,
    Impossible,
    Margin,
    Matches,
    Opinion,
    Program,
    Sure,
    Tool,
    User,
    Vote,
)
from headway.verify.impossible import Grader


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
    Start: (Also, Checkpoint, Joined, Judging, LanguageModel, Mixed, Pretrained, Rated, Several, Taught, Writers),
    Domain: (
        *(Addition, Chains, Columns, Facts, File, Functions, Gym, Mazes, Multiplication),
        *(Programs, Puzzles, Shots, Stated, Strings, Verse, Witnesses, Worksheet),
    ),
    Levelled: (Addition, Columns, Gym, Mazes, Multiplication, Programs, Strings, Worksheet),
    Tested: (Programs,),
    Limits: (Limits,),
    Chained: (Chains,),
    Propose: (Frontier, Given),
    Sample: (Chain, Each, Probes, Told, Upward),
    Chain: (Chain,),
    History: (History,),
    Probe: (Probe,),
    Judge: (
        *(Agreement, AllOf, AnyOf, Audited, Coin, Decided, ExitCode, FirstOf),
        *(Impossible, Margin, Matches, Opinion, Program, Sure, Tool, User, Vote),
    ),
    Vote: (Vote,),
    Grader: (ExitCode, Program),
    Select: (
        *(Above, Advantage, Against, All, Amended, Best, Corrected, Corrupt, DivPO, Gold),
        *(Learnability, Length, Mixture, Part, Random, Replay, Spread, Unbroken, Whole),
    ),
    Reward: (Brevity, Brier, Correct, Distinct, LogScore, Novel, Readable, Spherical, Unlikely),
    Clusters: (Clusters,),
    Train: (Draw, Fit, Lagged, Prefer, Reinforce, Together, Trl),
    Draw: (Draw,),
    Measure: (Calibration, Exam, Execution, Ladder),
    Gate: (Always, Governor),
    Standard: (Standard,),
    Endpoint: (Endpoint,),
    Loop: (Loop,),
    Experiment: (Experiment,),
}
"""For every kind of field, the classes that may stand there."""

NAMES: Mapping[str, type] = {part.__name__: part for parts in PARTS.values() for part in parts}
