"""S5: does preference tuning cost diversity, and is it the same in code and in verse?

One small language model has learned both. Each arm tunes it in one domain by one reward, with the same preference
loss, as many attempts, pairs and updates, and sits an exam of held-out prompts before and after. Nothing in the main
arms rewards variety: the sign of every change is measured. Flip controls are rewards whose sign can be told beforehand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from headway.domains import Functions, Verse
from headway.experiment import Experiment, text
from headway.gate import Always
from headway.journal import read_cast, read_run
from headway.loop import Loop
from headway.measure import Exam
from headway.propose import Given
from headway.report import Arm, Page, Section
from headway.sample import Each
from headway.select import Advantage, DivPO
from headway.select.rewards import Correct
from headway.stages import Domain, Select, require
from headway.start import Mixed, Rated
from headway.studies.contrasts import Run
from headway.studies.trials import Trial
from headway.studies.varied import Tuning, claims, informed, shown, tells_apart, tuned, verdict
from headway.train import Prefer
from headway.verify import Coin, Opinion, Tool

CODE, PROSE = Functions(ways=28), Verse()
LONGEST = 24
"""Tokens that an attempt may have; a program of gold has at most 18 and a line 19."""


def preferring(of: str) -> Select:
    """Above the mean of a prompt's attempts by this verdict is preferred to below it."""
    return Advantage((Correct(of=of),))


LOOPS: Mapping[str, tuple[Domain, Select, str]] = {
    "code tests": (CODE, preferring("tool"), "Prefers programs that pass the hidden tests."),
    "code several": (
        CODE,
        DivPO(of="tool", pairs=4),
        "Flip control: prefers the rarest programs that pass to the commonest that do not (DivPO).",
    ),
    "code typical": (CODE, preferring("typical"), "Flip control: prefers what the first policy was likely to write."),
    "code coin": (CODE, preferring("coin"), "Control: a coin decides which of two programs is preferred."),
    "verse rater": (
        PROSE,
        preferring("rater"),
        "Prefers lines that a rater likes, who learned from comparisons of Shakespeare's line with the model's.",
    ),
    "verse typical": (PROSE, preferring("typical"), "Flip control: prefers what the first policy was likely to write."),
    "verse coin": (PROSE, preferring("coin"), "Control: a coin decides which of two lines is preferred."),
}
MAIN = ("code tests", "verse rater")


@dataclass(frozen=True)
class Tuned:
    """The study: `seeds` runs of every arm, `rounds` rounds of `updates` updates on `tasks` prompts of 8 attempts.

    The first policy has `width` and learned `gold` prompts of code and of verse, the rater `rated` of verse; `beta` is
    that of the preference loss. The exam has `examined` held-out prompts, 16 attempts each, at temperature 1.
    """

    seeds: int = 5
    rounds: int = 1
    tasks: int = 300
    updates: int = 80
    examined: int = 110
    gold: tuple[int, ...] = (470, 2600)
    epochs: int = 5
    width: int = 48
    rated: int = 2000
    beta: float = 0.1
    learning_rate: float = 3e-4
    arms: tuple[str, ...] = tuple(LOOPS)
    code: Functions = CODE
    prose: Verse = PROSE

    def __post_init__(self) -> None:
        require(self.seeds >= 2, self, "seeds", "a whole number of at least 2: what is claimed is claimed over seeds")
        require(self.rounds >= 1, self, "rounds", "a whole number of at least 1")
        require(set(MAIN) <= set(self.arms) <= set(LOOPS), self, "arms", f"{' and '.join(MAIN)}, of {list(LOOPS)}")

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other so that an early look is fair."""
        return [
            Trial("tuning", arm, self.experiment(arm, seed))
            for seed in range(self.seeds)
            for arm in ("base", *self.arms)
        ]

    def experiment(self, arm: str, seed: int) -> Experiment:
        """One arm with one seed; `base` is the first policy alone, from which all arms start."""
        asked, select, _ = LOOPS[MAIN[0] if arm == "base" else arm]
        domain = self.code if asked == CODE else self.prose
        rater = () if domain == self.code else (Opinion(role="rater", name="rater"),)
        loop = Loop(
            propose=Given(domain, self.tasks),
            sample=Each(domain, attempts=8, max_tokens=LONGEST),
            judges=(
                Tool(domain),
                *rater,
                Opinion(role="base", ask="likelihood", name="typical"),
                Coin(),
            ),
            select=select,
            train=Prefer(beta=self.beta, updates=self.updates, batch=32, learning_rate=self.learning_rate),
            measure=Exam(domain, Each(domain, attempts=16, max_tokens=LONGEST), self.examined, opinion=None),
            gate=Always(),
        )
        first = Mixed((self.code, self.prose), self.gold, self.epochs, learning_rate=4e-3, width=self.width, layers=2)
        start = Rated(first, self.prose, self.rated, attempts=3)
        return Experiment(start, loop, rounds=0 if arm == "base" else self.rounds, seed=seed)

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        runs: dict[str, list[Run]] = {}
        for trial in self.trials:
            if trial.arm != "base":
                runs.setdefault(trial.arm, []).append(read_run(folder / trial.folder).history)
        found = {arm: tuned(arm, many, self.prose) for arm, many in runs.items()}
        raters = [
            tells_apart(read_cast(folder / "tuning" / "base" / f"seed-{seed}", 0)["rater"], self.prose, run)
            for seed, run in enumerate(runs["verse rater"])
        ]
        return Page(
            "Tuning: what preferences do to diversity, in code and in verse",
            verdict(found, MAIN),
            (self._section("code", runs, found), self._section("verse", runs, found)),
            (informed(raters), *claims(found, MAIN)),
            text(self.experiment(MAIN[0], 0)),
        )

    def _section(self, domain: str, runs: Mapping[str, Sequence[Run]], found: Mapping[str, Tuning]) -> Section:
        arms = [arm for arm in runs if arm.startswith(domain)]
        about = (
            f"{self.code!r}: a program is valid where it runs at 30 inputs, and is in the range that was asked for."
            if domain == "code"
            else f"{self.prose!r}: a line is valid where its neighbouring words are known."
        )
        more = "".join(shown(found[arm]) for arm in arms)
        return Section(
            domain, about, tuple(Arm(arm, LOOPS[arm][2], tuple(runs[arm])) for arm in arms), opinion="rater", more=more
        )


def quick(study: Tuned) -> Tuned:
    """The same question in under three minutes on two idle cores: the two main arms, two seeds, less of everything."""
    return replace(study, seeds=2, gold=(470, 1500), rated=800, epochs=4, arms=MAIN)
