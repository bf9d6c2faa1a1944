"""What an experiment's text may name: every stage, by the room it may stand in."""

from collections.abc import Mapping
from dataclasses import dataclass

from headway.domains import (
    Addition,
    Arithmetic,
    Chained,
    Chains,
    Coding,
    Columns,
    Facts,
    File,
    Functions,
    Goods,
    Gym,
    Levelled,
    Lookups,
    Mazes,
    Multiplication,
    Posable,
    Programs,
    Puzzles,
    Sentences,
    Shots,
    Stated,
    Strings,
    Tested,
    Verse,
    Witnesses,
    Worksheet,
)
from headway.domains.outcomes import Weighed
from headway.gate import Always, BestByReward, Governor, Lever, Preferred, Sealed, SelfReport, Signed, Standard
from headway.loop import Loop
from headway.measure import Calibration, Exam, Execution, Ladder, Partiality, Preferences
from headway.policy.endpoint import Endpoint
from headway.propose import Frontier, Given, SelfPlay
from headway.sample import Chain, Choose, Each, History, Probe, Probes, Roles, Told, Tuned, Upward
from headway.sandbox.limits import Limits
from headway.select import (
    Above,
    Advantage,
    Against,
    All,
    Amended,
    Axis,
    Balanced,
    Best,
    Clusters,
    Corrected,
    Corrupt,
    DivPO,
    Elites,
    Familiar,
    Gold,
    Learnability,
    Length,
    Mixture,
    Part,
    Random,
    Replay,
    Spread,
    Unbroken,
    Variety,
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
    Remote,
    Reward,
    Spherical,
    Unlikely,
)
from headway.stages import Domain, Gate, Judge, Measure, Propose, Sample, Select, Start, Train, require
from headway.start import (
    Also,
    Beside,
    Checkpoint,
    Joined,
    Judging,
    LanguageModel,
    Mixed,
    Posing,
    Pretrained,
    Rated,
    Several,
    Taught,
    Writers,
)
from headway.train import Draw, Fit, Lagged, Parallel, Prefer, Reinforce, Together
from headway.verify import (
    Agreement,
    AllOf,
    AnyOf,
    Assembly,
    Audited,
    Clause,
    Coin,
    Decided,
    ExitCode,
    FirstOf,
    Impossible,
    Margin,
    Matches,
    Member,
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
    Start: (
        *(Also, Beside, Checkpoint, Joined, Judging, LanguageModel, Mixed),
        *(Posing, Pretrained, Rated, Several, Taught, Writers),
    ),
    Domain: (
        *(Addition, Arithmetic, Chains, Coding, Columns, Facts, File, Functions, Goods, Gym, Lookups),
        *(Mazes, Multiplication, Programs, Puzzles, Sentences, Shots, Stated, Strings, Verse, Witnesses, Worksheet),
    ),
    Levelled: (Addition, Arithmetic, Columns, Gym, Mazes, Multiplication, Programs, Strings, Worksheet),
    Posable: (Arithmetic,),
    Tested: (Coding, Programs),
    Limits: (Limits,),
    Chained: (Chains, Lookups),
    Weighed: (Goods, Sentences),
    Propose: (Frontier, Given, SelfPlay),
    Sample: (Chain, Choose, Each, Probes, Roles, Told, Tuned, Upward),
    Chain: (Chain,),
    Each: (Each,),
    History: (History,),
    Probe: (Probe,),
    Judge: (
        *(Agreement, AllOf, AnyOf, Assembly, Audited, Coin, Decided, ExitCode, FirstOf),
        *(Impossible, Margin, Matches, Opinion, Program, Sure, Tool, User, Vote),
    ),
    Vote: (Vote,),
    Member: (Member,),
    Clause: (Clause,),
    Grader: (ExitCode, Program),
    Select: (
        *(Above, Advantage, Against, All, Amended, Balanced, Best, Corrected, Corrupt, DivPO, Elites, Gold),
        *(Learnability, Length, Mixture, Part, Random, Replay, Spread, Unbroken, Whole),
    ),
    Reward: (Brevity, Brier, Correct, Distinct, LogScore, Novel, Readable, Remote, Spherical, Unlikely),
    Variety: (Clusters, Familiar),
    Axis: (Axis,),
    Train: (Draw, Fit, Lagged, Parallel, Prefer, Reinforce, Together),
    Draw: (Draw,),
    Fit: (Fit,),
    Measure: (Calibration, Exam, Execution, Ladder, Partiality, Preferences),
    Gate: (Always, BestByReward, Governor, Preferred, Sealed, SelfReport),
    Standard: (Standard,),
    Signed: (Signed,),
    Lever: (Lever,),
    Endpoint: (Endpoint,),
    Loop: (Loop,),
    Experiment: (Experiment,),
}
"""For every kind of field, the classes that may stand there."""

NAMES: Mapping[str, type] = {part.__name__: part for parts in PARTS.values() for part in parts}
