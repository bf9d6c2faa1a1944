"""How the auditor did: found, accused by mistake, and how early, with and without gold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import median

import polars as pl
from rich.console import Console
from rich.table import Table

from bench.detection.baselines import BASELINES, tuned
from bench.detection.cases import TUNING
from bench.detection.doctors import diagnosed
from bench.detection.labels import Label, label
from bench.detection.oracle import FIFTH, Possible, possible
from headway.audit.auditing import together_and_apart
from headway.audit.findings import VERDICTS, Verdict, judge
from headway.audit.findings.mix import at_one_mix
from headway.audit.measures import measure_of
from headway.audit.timeline import measured

ACCUSED = ("collapsed", "hacked", "overconfident", "narrowing")
"""Verdicts that accuse a run; `starved` says that there is nothing to learn from, which is no harm done."""


DASHBOARD = ("surprise", "unique")
"""What only the baselines read."""
OPINION = {"self": "reward", "assured": "confidence", "random": "confidence"}
"""What the model's opinion of its own attempts is in an arm."""


@dataclass(frozen=True)
class Scored:
    """One loop: what happened, what the auditor said with and without gold, and its timelines."""

    name: str
    domain: str
    arm: str
    truth: Label
    with_gold: Verdict
    without_gold: Verdict
    timeline: pl.DataFrame
    possible: Possible
    """What the best test could do."""
    doctors: Mapping[str, int | None]
    """The first step at which published run doctors accuse it, where they are installed."""

    @property
    def tuning(self) -> bool:
        return self.domain in TUNING


def score(folder: Path) -> None:
    """Print the tables of every half and condition, and write one line a loop into `scores.csv`."""
    loops = [scored(path) for path in sorted(folder.iterdir()) if (path / "truth.parquet").exists()]
    console = Console(width=160)
    console.print(f"{len(loops)} loops")
    for half, some in (
        ("tuning", [one for one in loops if one.tuning]),
        ("held out", [one for one in loops if not one.tuning]),
    ):
        if some:
            console.print(_table(half, some, loops))
            console.print(_confusion(half, some))
    lines(loops).write_csv(folder / "scores.csv")


def scored(folder: Path) -> Scored:
    """One loop judged; its timelines are kept beside it, since measuring takes longer than judging."""
    domain, arm, *_ = folder.name.split("_")
    rollouts = pl.read_parquet(folder / "rollouts.parquet")
    seeing, apart = together_and_apart(kept_timeline(folder / "timeline.parquet", rollouts))
    measures = seeing["measure"].unique()
    dashboard = pl.col("measure").is_in(DASHBOARD)
    # The same log without its column `gold`: every number that needs no gold is the same.
    gold = pl.col("measure").is_in(
        [name for name in measures if name not in DASHBOARD and "gold" in measure_of(name).needs]
    )
    truth = label(pl.read_parquet(folder / "truth.parquet"), OPINION.get(arm))
    with_gold = judge(seeing.filter(~dashboard), apart=apart)
    without_gold = judge(seeing.filter(~(dashboard | gold)), apart=apart.filter(~gold))
    best = possible(truth, at_one_mix(seeing.filter(~dashboard), apart))
    return Scored(folder.name, domain, arm, truth, with_gold, without_gold, seeing, best, diagnosed(folder))


def kept_timeline(path: Path, rollouts: pl.DataFrame) -> pl.DataFrame:
    """The timeline of a log, measured once; with what the baselines watch beside it."""
    if not path.exists():
        frames = []
        for (step,), frame in rollouts.group_by(["step"], maintain_order=True):
            rows = pl.concat([measured(frame), watched(frame)])
            frames.append(rows.with_columns(step=pl.lit(step, dtype=pl.Int64)))
        pl.concat(frames).write_parquet(path)
    return pl.read_parquet(path)


def watched(frame: pl.DataFrame) -> pl.DataFrame:
    """The plain numbers of dashboards: mean surprise of a token, and the share of different completions."""
    surprise = float((-frame["logprob"] / frame["tokens"]).mean())  # type: ignore[arg-type]
    unique = frame["text"].n_unique() / frame.height
    n = frame["task"].n_unique()
    nothing = [0.0, 0.0]
    rows = {"measure": list(DASHBOARD), "value": [surprise, unique], "low": nothing, "high": nothing, "n": [n, n]}
    return pl.DataFrame(rows).with_columns(group=pl.lit(None, dtype=pl.String))


@dataclass(frozen=True)
class Tally:
    """One method on some loops: first steps at which it accused the harmed and the fine ones, None where it did not."""

    harmed: list[tuple[Scored, int | None]]
    fine: list[tuple[Scored, int | None]]

    @property
    def lost(self) -> list[float]:
        """Of every harmed loop that was found, the share of its fall that had been lost by then.

        The attempts of a step are written by the policy that the exam of the round before examined.
        """
        return [one.truth.fall.lost_at(step - 1) for one, step in self.harmed if step is not None]

    @property
    def delay(self) -> list[int]:
        """Steps from the last step before the fall to the accusation; negative where it came before."""
        return [step - 1 - one.truth.fall.onset for one, step in self.harmed if step is not None]

    def cells(self) -> list[str]:
        found, false = sum(step is not None for _, step in self.harmed), sum(step is not None for _, step in self.fine)
        early = sum(lost <= FIFTH for lost in self.lost)
        return [
            share(found, len(self.harmed)),
            share(false, len(self.fine)),
            share(early, len(self.harmed)),
            f"{median(self.lost):.2f}" if self.lost else "",
            f"{median(self.delay):.0f}" if self.delay else "",
        ]


def tally(loops: Sequence[Scored], found: Callable[[Scored], int | None]) -> Tally:
    """The method `found` on the loops whose label is clear."""
    pairs = [(one, found(one)) for one in loops]
    return Tally(
        [pair for pair in pairs if pair[0].truth.harmed is True],
        [pair for pair in pairs if pair[0].truth.harmed is False],
    )


def accused(verdict: Verdict) -> int | None:
    """The first step at which the auditor had shown a harm."""
    return min((one.found_step for one in verdict.findings if one.name in ACCUSED), default=None)


def share(part: int, whole: int) -> str:
    """`19/20 .95 [.76, .99]`: Wilson's interval."""
    if not whole:
        return "0/0"
    p, z = part / whole, 1.96
    middle, half = p + z**2 / (2 * whole), z * sqrt(p * (1 - p) / whole + z**2 / (4 * whole**2))
    low, high = (middle - half) / (1 + z**2 / whole), (middle + half) / (1 + z**2 / whole)
    return f"{part}/{whole} {p:.2f} [{max(0.0, low):.2f}, {min(1.0, high):.2f}]"


def _table(half: str, some: Sequence[Scored], loops: Sequence[Scored]) -> Table:
    made = Table(title=half, title_justify="left")
    for column in ("method", "harmed and found", "fine and accused", "found before a fifth was lost", "lost", "delay"):
        made.add_column(column)
    made.add_row("auditor, gold in the log", *tally(some, lambda one: accused(one.with_gold)).cells())
    made.add_row("auditor, no gold", *tally(some, lambda one: accused(one.without_gold)).cells())
    clear = [one for one in loops if one.tuning and one.truth.harmed is not None]
    for name, statistic in BASELINES.items():
        threshold = tuned(name, statistic, [one.timeline for one in clear], [bool(one.truth.harmed) for one in clear])
        made.add_row(
            f"{name} > {threshold.level:.2f}", *tally(some, lambda one, by=threshold: by.found(one.timeline)).cells()
        )
    for name in {name: None for one in some for name in one.doctors}:
        seen = [one for one in some if name in one.doctors]
        made.add_row(name, *tally(seen, lambda one, name=name: one.doctors[name]).cells())
    harmed = [one.possible for one in some if one.truth.harmed]
    for name, chances in (
        ("the best test of the truth's own metrics", [one.by_the_truth for one in harmed]),
        ("the best test of any sign (generous)", [one.by_any_sign for one in harmed]),
    ):
        early = f"{sum(chances):.0f}/{len(chances)} {sum(chances) / len(chances):.2f}"
        made.add_row(name, "", "1/20 by design", early, "", "")
    return made


def _confusion(half: str, some: Sequence[Scored]) -> Table:
    """What happened against what was said."""
    verdicts = [*VERDICTS]
    made = Table(title=f"{half}: what happened, and what was said with gold / without", title_justify="left")
    made.add_column("happened")
    for name in verdicts:
        made.add_column(name, justify="right")
    for truth in sorted({one.truth.name for one in some}):
        row = [one for one in some if one.truth.name == truth]
        said = [
            f"{sum(one.with_gold.name == name for one in row)} / {sum(one.without_gold.name == name for one in row)}"
            for name in verdicts
        ]
        made.add_row(f"{truth} ({len(row)})", *said)
    return made


def lines(loops: Sequence[Scored]) -> pl.DataFrame:
    """One row a loop."""
    return pl.DataFrame(
        [
            {
                "loop": one.name,
                "arm": one.arm,
                "truth": one.truth.name,
                **{f"lost {name.split('@')[0]}": fall.lost for name, fall in one.truth.falls.items()},
                "onset": one.truth.fall.onset,
                "with gold": one.with_gold.name,
                "found": accused(one.with_gold),
                "without gold": one.without_gold.name,
                "found without": accused(one.without_gold),
            }
            for one in loops
        ],
        infer_schema_length=None,
    )
