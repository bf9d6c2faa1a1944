"""What each domain and size of S3 shows: the gap before training, what a round gained, what is claimed of both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts, field_names
from headway.measure.equivalence import equivalent
from headway.measure.filters import Filter
from headway.measure.gap import Gap, measured_gap
from headway.measure.worth import MARGIN, foretold
from headway.report import Claim
from headway.stats import Estimate, mean_over_tasks, mean_with_bounds, trend
from headway.studies.contrasts import Run, above, over_seeds, short

INFORMED = 0.8
"""The within-task AUC below which no gap of a search task is read: its judge has not learned to judge."""
WANTED = 0.8
"""The correlation of predicted and realised gains that this study hopes for."""
HELD = 0.8
"""The share of intervals that are hoped to hold what came; exam noise is not in them."""
LAYERS = 3
RESAMPLES = 2000


@dataclass(frozen=True)
class Seen:
    """One seed of a cell. `gained` has a number an exam task: accuracy after the round minus accuracy before."""

    own: Gap
    likely: Gap
    """The gap by the text's own likelihood: what sharpening alone would give, without any verdict."""
    gained: np.ndarray


@dataclass(frozen=True)
class Cell:
    """One group of tasks at one size: the domain, or one part of the facts."""

    domain: str
    group: str
    width: int
    seeds: tuple[Seen, ...]

    @property
    def parameters(self) -> int:
        """Weights outside the embedding: 13 widths squared a layer."""
        return 13 * LAYERS * self.width**2

    def mean(self, name: str) -> Estimate | None:
        """A field of `Gap` by the model's own verdict, over seeds; with one seed, over its tasks."""
        found = [value for seen in self.seeds if (value := vars(seen.own)[name]) is not None]
        return over_seeds(found) if len(found) == len(self.seeds) else None

    @property
    def predicted(self) -> Estimate:
        """The gap."""
        return over_seeds([seen.own.gap for seen in self.seeds])

    @property
    def by_likelihood(self) -> Estimate:
        """The gap by likelihood."""
        return over_seeds([seen.likely.gap for seen in self.seeds])

    @property
    def realised(self) -> Estimate:
        """What one round gained."""
        return over_seeds([found for seen in self.seeds if (found := mean_over_tasks(seen.gained)) is not None])

    @property
    def gaps(self) -> np.ndarray:
        """The gap at every task of every seed."""
        return np.concatenate([seen.own.by_task["gap"].to_numpy() for seen in self.seeds])

    def __str__(self) -> str:
        numbers = {
            "accuracy": self.mean("accuracy"),
            "AUC": self.mean("auc"),
            "relative gap": self.mean("relative"),
            "gap": self.predicted,
            "gap by likelihood": self.by_likelihood,
            "gained": self.realised,
        }
        told = ", ".join(f"{name} {short(one)}" for name, one in numbers.items() if one is not None)
        return f"{self.group}: {told}"


def cells_of(width: int, runs: Sequence[Run], keep: Filter) -> list[Cell]:
    """The cells that the runs of one domain at one size fill: one a group of tasks."""
    seen: dict[tuple[str, str], list[Seen]] = {}
    for begun, done in ((run[0], run[1]) for run in runs):
        assert begun.exam is not None and done.exam is not None and done.attempts is not None
        sampled = grouped(done.attempts, ("self", "likelihood"))
        before, after = (grouped(one, ()) for one in (begun.exam, done.exam))
        for (domain, group), rows in sampled.group_by("domain", "group", maintain_order=True):
            seen.setdefault((str(domain), str(group)), []).append(
                Seen(
                    measured_gap(rows, (keep,), "self"),
                    measured_gap(rows, (keep,), "likelihood"),
                    gained(before.filter(pl.col("group") == group), after.filter(pl.col("group") == group)),
                )
            )
    return [Cell(domain, group, width, tuple(many)) for (domain, group), many in seen.items()]


def grouped(attempts: Attempts, opinions: Iterable[str]) -> pl.DataFrame:
    """The columns that the gap reads, and `group`: the domain, with the part of it where its tasks have one."""
    parts = "part" in field_names(attempts.frame, "traits")
    part = pl.concat_str("domain", pl.lit(" "), pl.col("traits").struct.field("part")) if parts else pl.col("domain")
    return attempts.frame.select(
        "task",
        "domain",
        *(attempts.verdict(name).alias(name) for name in opinions),
        group=part,
        truth=attempts.verdict("tool"),
    )


def gained(before: pl.DataFrame, after: pl.DataFrame) -> np.ndarray:
    """Accuracy after minus accuracy before, of every task that both exams asked."""
    old, new = (table.group_by("task", maintain_order=True).agg(pl.col("truth").mean()) for table in (before, after))
    joined = old.join(new, on="task", suffix="_after", maintain_order="left")
    return (joined["truth_after"] - joined["truth"]).to_numpy()


def claims(cells: Sequence[Cell]) -> list[Claim]:
    """What the study claims, each sentence with its numbers."""
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.group, []).append(cell)
    found = []
    for group, sizes in groups.items():
        if sizes[0].domain == "facts":
            found += [_nothing(group, sizes), _beyond(group, sizes)]
        elif sizes[0].domain == "puzzles":
            found += [_informed(group, sizes), _rises(group, sizes), _beyond(group, sizes)]
        else:
            found += [_beyond(group, sizes)]
    return [*found, _foretells(cells), _covers(cells)]


def _informed(group: str, sizes: Sequence[Cell]) -> Claim:
    """The gate: without a judge that has learned to judge, a gap says nothing of the task."""
    values = [cell.mean("auc") for cell in sizes]
    said = " ".join("none" if one is None else f"{one.value:.2f}" for one in values)
    holds = all(one is not None and one.value > INFORMED for one in values)
    return Claim(f"{group}: the verdict's AUC within tasks is above {INFORMED} at every size", f"{said}", holds)


def _rises(group: str, sizes: Sequence[Cell]) -> Claim:
    """The paper's scaling: the relative gap rises with log compute. Data and epochs are the same at all sizes."""
    sentence = f"{group}: the relative gap rises with log compute"
    rows = by_seed(sizes)
    means = " ".join(f"{value:.3f}" for value in rows.mean(axis=0))
    if len(rows) < 2 or len(sizes) < 3:
        return Claim(sentence, f"{means}; one seed or two sizes: no trend test", None)
    x = np.log10([cell.parameters for cell in sizes])
    slope = mean_with_bounds(np.array([np.polyfit(x, row, 1)[0] for row in rows]), 0.025)
    p_value = trend(rows.tolist())
    said = f"{means} over {len(rows)} seeds, Page's L one-sided p={p_value:.5f}; {short(slope)} a tenfold of compute"
    shown = p_value < 0.01 and slope.low > 0
    return Claim(sentence, said, True if shown else False if slope.high <= 0 else None)


def by_seed(sizes: Sequence[Cell]) -> np.ndarray:
    """The relative gap, (seeds, sizes)."""
    return np.array(
        [
            [np.nan if (one := cell.seeds[seed].own.relative) is None else one.value for cell in sizes]
            for seed in range(min(len(cell.seeds) for cell in sizes))
        ]
    )


def _nothing(group: str, sizes: Sequence[Cell]) -> Claim:
    """Equivalence, never the absence of a difference: a few tasks would show that of anything."""
    tests = [equivalent(cell.gaps, MARGIN) for cell in sizes]
    said = "; ".join(
        f"width {cell.width} {test.mean.value:+.3f} [{test.mean.low:+.3f}, {test.mean.high:+.3f}] p={test.p_value:.3f}"
        for cell, test in zip(sizes, tests, strict=True)
    )
    outside = any(test.mean.low > MARGIN or test.mean.high < -MARGIN for test in tests)
    holds = True if all(test.holds for test in tests) else False if outside else None
    return Claim(f"{group}: the gap is zero to within {MARGIN * 100:g} point at every size (TOST)", said, holds)


def _beyond(group: str, sizes: Sequence[Cell]) -> Claim:
    """Whether the verdict adds to what the likelihood of the text says already, at the largest size."""
    largest = max(sizes, key=lambda cell: cell.width)
    more = [
        mean_over_tasks(seen.own.by_task["gap"].to_numpy() - seen.likely.by_task["gap"].to_numpy())
        for seen in largest.seeds
    ]
    found = over_seeds([one for one in more if one is not None])
    said = f"{short(found)} more at width {largest.width}, gap by likelihood {short(largest.by_likelihood)}"
    sentence = f"{group}: the verdict filters better than the text's own likelihood"
    return Claim(sentence, said, above(found))


def _foretells(cells: Sequence[Cell]) -> Claim:
    """What arXiv:2412.02674 did not do: hold what the gap foretells against what one round gains."""
    sentence = f"the gap foretells what one round gains (r of at least {WANTED} over cells of group and size)"
    x, y = np.array([(cell.predicted.value, cell.realised.value) for cell in cells]).T
    found = correlation(x, y)
    if found is None:
        return Claim(sentence, f"{len(cells)} cells do not differ enough to tell", None)
    slope, start = np.polyfit(x, y, 1)
    within = ", ".join(f"{name} {_shown(r)}" for name, r in _within(cells).items())
    others = ", ".join(f"{name} {_shown(_with(cells, name, y))}" for name in ("auc", "accuracy", "ceiling"))
    said = (
        f"r={short(found)} over {found.n} cells; gained = {slope:.2f} x gap {start:+.3f}, "
        f"mean error {np.abs(y - slope * x - start).mean():.3f}; within groups: {within}; "
        f"r of the gain with other numbers of the cell: {others}"
    )
    return Claim(sentence, said, True if found.low >= WANTED else False if found.value < WANTED else None)


def _covers(cells: Sequence[Cell]) -> Claim:
    """Whether what `headway gap` prints beforehand holds what came of it. Its share comes from the first seed alone."""
    by_seed: dict[int, list[bool]] = {}
    for cell in cells:
        for seed, seen in enumerate(cell.seeds):
            said, came = foretold(seen.own), float(seen.gained.mean())
            by_seed.setdefault(seed, []).append(said.low <= came <= said.high)
    fresh = [hit for seed, hits in by_seed.items() if seed > 0 for hit in hits]
    said = "; ".join(f"seed {seed}: {sum(hits)} of {len(hits)} cells" for seed, hits in by_seed.items())
    sentence = f"the foretold interval holds the gain of at least {HELD:.0%} of cells whose seeds had no part in it"
    return Claim(sentence, said, sum(fresh) >= HELD * len(fresh) if fresh else None)


def correlation(x: np.ndarray, y: np.ndarray, seed: int = 0) -> Estimate | None:
    """Pearson's r with a percentile bootstrap interval over pairs; None for fewer than 4, or where one is constant."""
    random = np.random.default_rng(seed)
    value = _pearson(x, y)
    if len(x) < 4 or value is None:
        return None
    drawn = (random.integers(len(x), size=len(x)) for _ in range(RESAMPLES))
    again = [r for rows in drawn if (r := _pearson(x[rows], y[rows])) is not None]
    low, high = np.quantile(again, (0.025, 0.975))
    return Estimate(value, float(low), float(high), len(x))


def _pearson(x: np.ndarray, y: np.ndarray) -> float | None:
    return float(np.corrcoef(x, y)[0, 1]) if len(x) > 2 and np.ptp(x) > 0 and np.ptp(y) > 0 else None


def _within(cells: Sequence[Cell]) -> dict[str, float | None]:
    """The correlation over sizes in each group: what is left when groups do not differ."""
    groups: dict[str, list[tuple[float, float]]] = {}
    for cell in cells:
        groups.setdefault(cell.group, []).append((cell.predicted.value, cell.realised.value))
    return {group: _pearson(*np.array(pairs).T) for group, pairs in groups.items()}


def _with(cells: Sequence[Cell], name: str, y: np.ndarray) -> float | None:
    """The correlation of the gain with another number of the same cells."""
    known = [(one.value, gain) for cell, gain in zip(cells, y, strict=True) if (one := cell.mean(name)) is not None]
    return _pearson(*np.array(known).T) if known else None


def _shown(r: float | None) -> str:
    return "–" if r is None else f"{r:.2f}"


def verdict(cells: Sequence[Cell]) -> str:
    """One sentence for the top of the page: the smallest and the largest size of each group."""
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.group, []).append(cell)
    told = []
    for group, sizes in groups.items():
        first, last = min(sizes, key=lambda cell: cell.width), max(sizes, key=lambda cell: cell.width)
        told.append(
            f"{group} {first.predicted.value:+.3f} at width {first.width}, {last.predicted.value:+.3f} at {last.width} "
            f"(one round gained {first.realised.value:+.3f} and {last.realised.value:+.3f})"
        )
    seeds = max(len(cell.seeds) for cell in cells)
    return f"The gap by the model's own verdict: {'; '.join(told)}; {seeds} seed{'s' if seeds > 1 else ''}."
