"""Filters: how much of each attempt is kept, by a judge's opinion of it and of the other attempts at its task.

A filter never sees the truth. It reads a frame with the columns `task` and the opinion's, and gives a weight a row.
An attempt of which the judge has nothing to say is kept last by `Top` and never by the others. Where a filter keeps
nothing at a task, that task stays as it was written: every attempt weighs 1.
"""

from dataclasses import dataclass

import polars as pl

from headway.stages import require


@dataclass(frozen=True)
class Top:
    """The best `share` of the attempts at each task.

    Attempts that tie at the edge divide what is left of the share evenly: the mean over all ways to break the tie,
    which is what `select.Best` does on average. Keeping all that tie instead (arXiv:2412.02674) keeps everything
    where a judge says the same of most attempts.
    """

    share: float = 0.25

    def __post_init__(self) -> None:
        require(0.0 < self.share <= 1.0, self, "share", "more than 0 and at most 1")

    def __str__(self) -> str:
        return f"best {self.share:.0%}".replace("%", " %")

    def weights(self, judged: pl.DataFrame, opinion: str = "opinion") -> pl.Series:
        """A weight in [0, 1] a row; they sum to `share` times the attempts at every task."""
        rows = judged.select("task", said=pl.col(opinion).fill_null(-1.0))
        better = pl.col("said").rank("min", descending=True).over("task") - 1.0
        room = self.share * pl.len().over("task") - better
        return rows.select((room / pl.len().over("task", "said")).clip(0.0, 1.0)).to_series()


@dataclass(frozen=True)
class AtLeast:
    """Every attempt of which the judge says at least `floor`: one threshold for all tasks (rejection sampling)."""

    floor: float = 0.5

    def __post_init__(self) -> None:
        require(0.0 <= self.floor <= 1.0, self, "floor", "between 0 and 1")

    def __str__(self) -> str:
        return f"at least {self.floor:g}"

    def weights(self, judged: pl.DataFrame, opinion: str = "opinion") -> pl.Series:
        """1 or 0 a row."""
        kept = (pl.col(opinion) >= self.floor).fill_null(False).cast(pl.Float64)
        return _or_everything(judged.select("task", kept=kept))


@dataclass(frozen=True)
class Tilt:
    """Weights in proportion to exp(opinion / beta): what training by KL-regularised reward goes to."""

    beta: float = 0.1

    def __post_init__(self) -> None:
        require(self.beta > 0.0, self, "beta", "more than 0")

    def __str__(self) -> str:
        return f"tilted by exp(opinion / {self.beta:g})"

    def weights(self, judged: pl.DataFrame, opinion: str = "opinion") -> pl.Series:
        """A weight in [0, 1] a row, 1 for the best of each task."""
        best = pl.col(opinion).max().over("task")
        kept = ((pl.col(opinion) - best) / self.beta).exp().fill_null(0.0)
        return _or_everything(judged.select("task", kept=kept))


Filter = Top | AtLeast | Tilt


def _or_everything(rows: pl.DataFrame) -> pl.Series:
    """The weights `kept`, and 1 for every attempt at a task of which nothing is kept."""
    none = pl.col("kept").sum().over("task") == 0.0
    return rows.select(pl.when(none).then(1.0).otherwise(pl.col("kept"))).to_series()
