"""Is the forecast right? What log-probabilities and rewards say before training, held against what training did.

The policy of the study `tuning`, which has learned two domains, and many rewards in each: passing, being typical, what
a rater likes, some form, a coin. Each pair of domain and reward is a cell: a short real tuning by policy gradients. The
entropy of what is written at held-out prompts is measured before and after; its sign was forecast from the first
attempts alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.experiment import Experiment, text
from headway.gate import Always
from headway.journal import read_run
from headway.loop import Loop
from headway.measure import Exam
from headway.measure.forecast import Forecast, forecasts
from headway.propose import Given
from headway.report import Arm, Claim, Page, Section
from headway.report.tables import table
from headway.report.words import escaped
from headway.sample import Each
from headway.select import Advantage
from headway.select.rewards import Correct
from headway.stages import Domain, Judge, require
from headway.stats import Estimate, mean_with_bounds, over_seeds_and_tasks
from headway.studies.contrasts import Run
from headway.studies.trials import Trial
from headway.studies.tuning import CODE, MAIN, PROSE, Tuned
from headway.train import Reinforce
from headway.verify import Coin, Matches, Opinion, Tool

DOMAINS: Mapping[str, Domain] = {"functions": CODE, "verse": PROSE}
FORMS: Mapping[str, Mapping[str, str]] = {
    "functions": {
        "a product": r"\*",
        "a plus": r"\+",
        "a minus": "-",
        "a remainder": "%",
        "a call": r"\(",
        "a comparison": ">",
        "begins with x": "^x",
        "begins with a number": r"^\d",
        "x twice": "x.*x",
        "long": ".{7}",
    },
    "verse": {
        "a comma": ",",
        "ends with a stop": r"\.$",
        "asks or calls": r"[!?]",
        "begins with a mark": "^[,.;:?!]",
        "thou": r" th(?:ou|ee|y)\b",
        "the": r" the\b",
        "my": r" my\b",
        "and": r" and\b",
        "a long word": r"\w{8}",
        "short": r"^(?: ?[\w']+[,.;:?!]?){1,4}$",
    },
}
"""What a text may be paid for having, by domain: a name and a regular expression."""


def rewards(domain: str) -> dict[str, Judge]:
    """The judges that pay in a domain, each by the name `paid`."""
    made: dict[str, Judge] = {
        "right": Tool(DOMAINS[domain], name="paid"),
        "typical": Opinion(role="base", ask="likelihood", name="paid"),
        "coin": Coin("paid"),
    }
    if domain == "verse":
        made["rater"] = Opinion(role="rater", name="paid")
    return made | {name: Matches(pattern, name="paid") for name, pattern in FORMS[domain].items()}


@dataclass(frozen=True)
class Foretold:
    """The study: one round of `updates` updates a cell, on `tasks` prompts of 8 attempts, for each of `seeds` seeds.

    The exam has `examined` held-out prompts of 8 attempts, at temperature 1.
    """

    seeds: int = 2
    tasks: int = 200
    updates: int = 8
    examined: int = 110
    learning_rate: float = 5e-4
    domains: tuple[str, ...] = tuple(DOMAINS)

    def __post_init__(self) -> None:
        require(self.seeds >= 1, self, "seeds", "a whole number of at least 1")
        require(len(self.domains) >= 1 and set(self.domains) <= set(DOMAINS), self, "domains", f"of {list(DOMAINS)}")

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Every domain with every reward that it has."""
        return [(domain, reward) for domain in self.domains for reward in rewards(domain)]

    @property
    def trials(self) -> list[Trial]:
        """Every run of the study, one seed after the other."""
        return [
            Trial("forecasting", " ".join(cell) if cell else "base", self.experiment(cell, seed))
            for seed in range(self.seeds)
            for cell in (None, *self.cells)
        ]

    def experiment(self, cell: tuple[str, str] | None, seed: int) -> Experiment:
        """One cell with one seed; None is the first policy alone, from which all cells start."""
        name, reward = cell or self.cells[0]
        domain = DOMAINS[name]
        sample = Each(domain, attempts=8, max_tokens=24)
        loop = Loop(
            propose=Given(domain, self.tasks),
            sample=sample,
            judges=(Tool(domain), rewards(name)[reward]),
            select=Advantage((Correct(of="paid"),)),
            train=Reinforce(
                updates=self.updates, batch=self.tasks * 8 // self.updates, learning_rate=self.learning_rate
            ),
            measure=Exam(domain, sample, self.examined, opinion=None),
            gate=Always(),
        )
        start = Tuned().experiment(MAIN[0], seed).start
        return Experiment(start, loop, rounds=0 if cell is None else 1, seed=seed)

    def page(self, folder: Path) -> Page:
        """The page of what the run folders below `folder` hold."""
        runs: dict[tuple[str, str], list[Run]] = {}
        for trial, cell in zip(self.trials, [None, *self.cells] * self.seeds, strict=True):
            if cell is not None:
                runs.setdefault(cell, []).append(read_run(folder / trial.folder).history)
        cells = [cell_of(*cell, many) for cell, many in runs.items()]
        made = claims(cells)
        arm = Arm("first cell", "The first cell, as an example.", tuple(runs[self.cells[0]]))
        section = Section("Cells", ABOUT, (arm,), opinion=None, more=shown(cells))
        title = "Forecasting: does a reward narrow what is written?"
        return Page(title, made[0].evidence, (section,), tuple(made), text(self.experiment(self.cells[0], 0)))


ABOUT = (
    "Each cell is a reward in a domain. Its forecast comes from the log-probabilities and rewards of the first "
    "policy's own attempts at training prompts; what came is the change of the entropy at held-out prompts."
)


@dataclass(frozen=True)
class Cell:
    """What was forecast for one reward in one domain, and what came."""

    domain: str
    reward: str
    forecasts: tuple[Forecast, ...]
    came: Estimate
    """The change of entropy at held-out prompts [nats a text], over seeds and prompts."""

    @property
    def told(self) -> Estimate:
        """The forecast, over seeds; with one seed over its tasks."""
        each = [one.change for one in self.forecasts]
        if len(each) == 1:
            return each[0]
        values = np.array([one.value for one in each])
        # Seeds and tasks both vary: the wider of the two intervals.
        half = max(
            mean_with_bounds(values, 0.025).high - float(values.mean()) if len(values) > 2 else 0.0,
            max((one.high - one.low) / 2.0 for one in each),
        )
        return Estimate(float(values.mean()), float(values.mean() - half), float(values.mean() + half), each[0].n)

    @property
    def clear(self) -> bool:
        """Whether the forecast has a sign."""
        return self.told.low > 0.0 or self.told.high < 0.0

    @property
    def settled(self) -> bool:
        """Whether what came has a sign."""
        return self.came.low > 0.0 or self.came.high < 0.0

    @property
    def agrees(self) -> bool:
        """Whether both have the same sign, however sure."""
        return bool(np.sign(self.told.value) == np.sign(self.came.value))


def cell_of(domain: str, reward: str, runs: Sequence[Run]) -> Cell:
    """One cell from the run of every seed."""
    told, changes = [], []
    for run in runs:
        begun, done, learned = run[0].exam, run[-1].exam, run[1].attempts
        assert begun is not None and done is not None and learned is not None
        rows = learned.frame.select("task", "domain", "logprob", reward=learned.verdict("paid"))
        told += forecasts(rows)
        changes.append(entropies(done) - entropies(begun))
    came = over_seeds_and_tasks(np.stack(changes))
    assert came is not None, "every exam has prompts"
    return Cell(domain, reward, tuple(told), came)


def entropies(exam: Attempts) -> np.ndarray:
    """The mean of -log p over the attempts at every prompt [nats a text], in the order of the prompts' names."""
    return exam.frame.group_by("task").agg(-pl.col("logprob").mean()).sort("task")["logprob"].to_numpy()


def agreement(cells: Sequence[Cell]) -> Estimate | None:
    """The share of cells in which both signs agree, with the exact interval (Clopper and Pearson 1934)."""
    from scipy.stats import binomtest

    if not cells:
        return None
    hits = sum(cell.agrees for cell in cells)
    interval = binomtest(hits, len(cells)).proportion_ci()
    return Estimate(hits / len(cells), float(interval.low), float(interval.high), len(cells))


def claims(cells: Sequence[Cell]) -> list[Claim]:
    """What the study claims: sign agreement over cells, and that it is no property of one domain."""
    clear = [cell for cell in cells if cell.clear and cell.reward != "coin"]
    made = [_agree("the forecast's sign is what tuning then did, in every cell where it has one", clear)]
    for domain in dict.fromkeys(cell.domain for cell in cells):
        made.append(_agree(f"and in {domain}", [cell for cell in clear if cell.domain == domain]))
    made.append(_agree("and where what came has a sign as well", [cell for cell in clear if cell.settled]))
    narrow = [cell for cell in clear if cell.told.value < 0.0]
    widen = [cell for cell in clear if cell.told.value > 0.0]
    made.append(_agree("of those that were to narrow", narrow))
    made.append(_agree("of those that were to widen", widen))
    return made


def _agree(sentence: str, cells: Sequence[Cell]) -> Claim:
    """Holds where the interval is above a half: a guess."""
    found = agreement(cells)
    if found is None:
        return Claim(sentence, "no such cell", None)
    hits = sum(cell.agrees for cell in cells)
    missed = ", ".join(f"{cell.domain} {cell.reward}" for cell in cells if not cell.agrees)
    said = f"{hits} of {found.n} cells, {found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"
    holds = True if found.low > 0.5 else False if found.high < 0.5 else None
    return Claim(sentence, said + (f"; not in {missed}" if missed else ""), holds)


def shown(cells: Sequence[Cell]) -> str:
    """A row a cell, for the page."""
    rows = [
        (
            escaped(cell.domain),
            escaped(cell.reward),
            f"{cell.told.value:+.3f} [{cell.told.low:+.3f}, {cell.told.high:+.3f}]",
            f"{cell.came.value:+.3f} [{cell.came.low:+.3f}, {cell.came.high:+.3f}]",
            ("agrees" if cell.agrees else "does not") if cell.clear else "no forecast",
        )
        for cell in cells
    ]
    return table(("domain", "reward", "forecast [nats a unit of tilt]", "came [nats a text]", ""), rows, numbers_from=2)


def quick(study: Foretold) -> Foretold:
    """The same question in about three minutes on two idle cores: one seed, which bounds nothing over seeds."""
    return replace(study, seeds=1)
