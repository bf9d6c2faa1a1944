"""S8: a transformer that was shown short problems teaches itself longer and longer ones. Which labels let it?

The first policy learns from right answers at lengths 1 to 10. Every later round asks longer problems without
labels, answers them greedily, filters, and learns what is left beside what it learned before (arXiv:2502.01612).
How many lengths a round takes is decided by what the loop can see: how sure the model is of whole answers.
Arms differ in the filter alone. What the world knows is recorded, for the curves, and used by `tool` and `told`.
"""

import math
import string
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from headway.domains import Addition, Columns, Strings, Worksheet
from headway.experiment import Experiment, text
from headway.gate import Always
from headway.journal import read_run
from headway.loop import Loop
from headway.measure import Ladder
from headway.propose import Frontier
from headway.report import Arm, Page, Section
from headway.sample import Each, Told, Upward
from headway.select import Above, All, Corrupt, Gold, Length, Mixture, Unbroken
from headway.select.corrupt import LETTER_OR_DIGIT
from headway.stages import Select, Start, require
from headway.start import Several, Taught
from headway.studies.climbing import Run, by_length, claims, curve, described, verdict
from headway.studies.trials import Trial
from headway.train import Draw, Together
from headway.verify import Agreement, Sure, Tool

ABOUT = {
    "none": "No filter: every answer that the model writes at the next lengths is learned.",
    "sure": "Keeps the answers of whose every token the model is sure (probability of the whole at least .9).",
    "length": "Keeps answers that are as long as the median answer to problems of that length.",
    "vote": "Three models from three seeds; keeps what all three answer alike. Three times the training.",
    "tool": "Keeps what an exact check finds right; what it finds wrong is dropped, never corrected.",
    "control": "The same extra steps on the labelled lengths only.",
    "told": "The upper bound: right labels at every new length.",
}
Kind = Literal["uniform", "perturb", "drop"]
KINDS: tuple[Kind, ...] = ("uniform", "perturb", "drop")
NOISE: dict[str, tuple[str, float, Kind]] = {
    f"{named}{share:.0%} {kind}": (arm, share, kind)
    for arm, named in (("length", ""), ("none", "none "))
    for kind in KINDS
    for share in (0.1, 0.3, 0.6, 0.9)
}
"""The noise study: as the arm `length` or `none`, but this share of the labels of one round is spoiled in this way."""
SPOILED_IN = 3
COLUMN_SUM = "[01][0-9] "
"""What the noise study spoils in a `Worksheet`: what a column adds up to, and never a column as it was copied."""
SURE = 0.9
VOTERS = ("solver", "second", "third")

REPEATS = 0.5
"""The share of labelled problems in which a piece stands twice: in a long problem some piece nearly always does."""
COPY = Strings(repeats=REPEATS, asked=REPEATS)
"""Half of the unlabelled strings have a piece that stands twice as well; no string of an exam has one on purpose."""
REVERSE = Strings(reverse=True, alphabet=string.ascii_letters + string.digits, handful=0.8, near=0.1)
"""Where four symbols stand twice nothing tells the two apart: in a third of strings of 100 digits, in 1 % of lower-case
letters, in hardly any of these 62."""
AT_FIRST = Draw(updates=4000, tokens=1024, groups=2, learning_rate=3e-3)
EACH_ROUND = Draw(updates=200, tokens=2048, groups=2, learning_rate=1.5e-3, average=0.98)


@dataclass(frozen=True)
class Size:
    """The network, the labelled data and how long is trained: at first, and in each round."""

    width: int = 64
    heads: int = 4
    hidden: int = 192
    rotary: tuple[bool, ...] = (True, False)
    window: int | None = 8
    sharper: bool = True
    rotary_heads: int | None = None
    widened: int | None = None
    beyond: int = 0
    gold: int = 30_000
    base: Draw = AT_FIRST
    each: Draw = EACH_ROUND
    tasks: int = 1200
    device: str = "cpu"


SMALL = Size()
MATCHING = replace(
    SMALL,
    heads=1,
    rotary_heads=8,
    window=6,
    widened=7,
    base=replace(AT_FIRST, updates=2500),
    each=replace(EACH_ROUND, updates=400, learning_rate=1e-3),
)
"""For strings: the local layer tells the last symbols apart, one head a place, and one head looks where they stand.

Taught with a longer window the model sees the mark between question and answer from most of a labelled answer, and
finds its place by that; the seventh token, which it sees in the rounds, tells pieces of five symbols apart.
"""
REVERSING = replace(
    MATCHING,
    width=128,
    hidden=256,
    window=5,
    widened=None,
    beyond=2,
    base=replace(AT_FIRST, updates=1500, learning_rate=2e-3),
)
"""For strings to write backwards: a match of k symbols is read k places back, so k is fixed, and the window bounds it.

A token holds what stands in each of those places: 64 numbers did not hold four of 26 letters. An even window reaches
from a labelled answer just back to the symbol that comes next, and the model finds its place by that. What reads the
same from both ends would match itself at the end of the answer, so the layer that looks does not see the last two.
"""
PAPER = Size(
    width=384,
    heads=6,
    hidden=1536,
    rotary=(False,) * 6,
    window=None,
    sharper=False,
    gold=5_000_000,
    base=Draw(updates=10_000, tokens=24_576, learning_rate=5e-4, warm=0.1, decay=0.2),
    each=Draw(updates=1_000, tokens=24_576, learning_rate=5e-4, decay=0.5),
    tasks=50_000,
)
"""The sizes of arXiv:2502.01612 (14 million parameters): for hours with `--device cuda`, not for two cores."""


@dataclass(frozen=True)
class Lengths:
    """The study: `seeds` runs of every arm in one domain, from the domain's longest labelled length up to `last`.

    `exam` names the lengths that are examined; `most` is how many lengths a round may take at once, `begin` how many
    the first one asks, and `passed` how sure of whole answers the model must be on average for a length to be taken;
    with the filters `sure` and `length`, a length is taken when the part `kept` of its answers passes.
    """

    domain: Strings | Addition | Columns | Worksheet = COPY
    arms: tuple[str, ...] = tuple(ABOUT)
    seeds: int = 3
    rounds: int = 10
    last: int = 100
    exam: tuple[int, ...] = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
    tasks: int = 100
    most: int = 16
    begin: int = 16
    passed: float = 0.9
    kept: float = 0.4
    size: Size = MATCHING

    def __post_init__(self) -> None:
        require(self.seeds >= 1, self, "seeds", "a whole number of at least 1")
        require(self.rounds >= 1, self, "rounds", "a whole number of at least 1")
        known = {*ABOUT, *NOISE}
        require(set(self.arms) <= known, self, "arms", f"some of {', '.join([*ABOUT, *NOISE])}")

    @property
    def max_tokens(self) -> int:
        """The most tokens an answer may have at any length: a quarter more than a right one has at length `last`."""
        a_length = {Columns: 4, Worksheet: 2}.get(type(self.domain), 1)
        return math.ceil(1.25 * self.last) * a_length + 3

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other so that an early look is fair.

        The vote has a section of its own, because its runs begin with three models.
        """
        return [
            Trial(f"{self.domain.name} vote" if arm == "vote" else self.domain.name, arm, self.experiment(arm, seed))
            for seed in range(self.seeds)
            for arm in ("base", *self.arms)
        ]

    def experiment(self, arm: str, seed: int) -> Experiment:
        """One arm with one seed; `base` is the first policy alone."""
        loop = self.loop("none" if arm == "base" else arm)
        return Experiment(self.start(arm), loop, rounds=0 if arm == "base" else self.rounds, seed=seed)

    def start(self, arm: str) -> Start:
        """The first policy, taught on the labelled lengths; three of them for the vote."""
        size = self.size
        shape = (size.width, size.heads, size.hidden, size.rotary, size.window, size.sharper)
        one = Taught(
            self.domain,
            size.base,
            size.gold,
            *shape,
            device=size.device,
            rotary_heads=size.rotary_heads,
            widened=size.widened,
            beyond=size.beyond,
        )
        return Several(one, VOTERS) if arm == "vote" else one

    def loop(self, arm: str) -> Loop:
        """The seven choices of an arm; all but selection, labels and who is trained are alike."""
        greedy = Each(self.domain, attempts=1, temperature=0.0, max_tokens=self.max_tokens)
        seen, passed = self.rule(arm)
        vote = (Agreement(self.domain, VOTERS, self.max_tokens),) if arm == "vote" else ()
        return Loop(
            propose=Frontier(
                self.domain,
                tasks=self.size.tasks,
                first=self.domain.longest + 1,
                last=self.last,
                passed=passed,
                of=seen,
                least=1,
                most=self.most,
                begin=self.begin,
            ),
            sample=Told(self.domain) if arm == "told" else greedy,
            judges=(Tool(self.domain), Sure(), *vote),
            select=self.select(arm),
            train=Together(tuple(replace(self.size.each, role=role) for role in VOTERS)) if vote else self.size.each,
            measure=Ladder(self.domain, Upward(greedy), self.exam, self.tasks),
            gate=Always(),
        )

    def rule(self, arm: str) -> tuple[str | None, float]:
        """What must be seen of a length for the schedule to take it: the mean of a verdict, or the share kept."""
        if unspoiled(arm) in ("sure", "length"):
            return None, self.kept
        return {"told": "tool", "vote": "agreement"}.get(arm, "sure"), self.passed

    def select(self, arm: str) -> Select:
        """The arm's filter, at the lengths that the schedule takes, and half of what is learned from before."""
        if arm == "control":
            return Gold(self.domain, 2 * self.size.tasks, self.size.gold)
        filters = {
            "sure": Above(of="sure", floor=SURE),
            "length": Length(All(), shorter=0, quantile=0.5, longer=0),
            "vote": Above(of="agreement", floor=1.0),
            "tool": Above(of="tool"),
        }
        seen, passed = self.rule(arm)
        kept = filters.get(unspoiled(arm), All())
        selected: Select = Unbroken(kept, passed, seen, least=1)
        if arm in NOISE:
            _, share, kind = NOISE[arm]
            symbol = COLUMN_SUM if isinstance(self.domain, Worksheet) else LETTER_OR_DIGIT
            selected = Corrupt(selected, share, kind, SPOILED_IN, symbol)
        return Mixture(selected, self.domain, gold=self.size.gold)

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        found: dict[str, list[Run]] = {}
        for trial in self.trials:
            found.setdefault(trial.arm, []).append(read_run(folder / trial.folder).history)
        about = {arm: f"{_about(arm)} {described(list(map(curve, runs)))}" for arm, runs in found.items()}
        arms = tuple(Arm(arm, about[arm], tuple(runs)) for arm, runs in found.items())
        first = self.domain.longest
        return Page(
            f"Lengths: {self.domain.name} from {first} up",
            verdict(found, first),
            (
                Section(
                    self.domain.name,
                    f"{self.domain!r}; lengths examined: {self.exam}",
                    arms,
                    opinion="sure",
                    more=by_length(found),
                ),
            ),
            tuple(claims(found, first, max(length for length in self.exam if length <= self.last))),
            text(self.experiment(self.arms[0], 0)),
        )


def unspoiled(arm: str) -> str:
    """The arm whose labels an arm of the noise study spoils; any other arm itself."""
    return NOISE[arm][0] if arm in NOISE else arm


def _about(arm: str) -> str:
    if arm in NOISE:
        filtered, share, kind = NOISE[arm]
        return f"As {filtered}, but {share:.0%} of the labels of round {SPOILED_IN} are spoiled ({kind})."
    return ABOUT.get(arm, "The first policy.")
