"""Paid for being good and different: quality times distinctness, and quality that is worth more where it is unlikely.

All multiply what a judge says of quality: an attempt that is no good is paid nothing for being odd.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.select.behaviour import Axis, behaviour
from headway.stages import State, require


@dataclass(frozen=True)
class Distinct:
    """The verdict of `of`, times the share of the task's other attempts that answer otherwise (arXiv:2509.02534).

    Answers in the domain's canonical form stand for what DARLING learns a classifier for. The share is (n - m) /
    (n - 1) for an answer that m of n attempts give, and at least `floor`: a task with one right answer still teaches.
    """

    of: str = "tool"
    weight: float = 1.0
    floor: float = 0.1

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")
        require(0.0 <= self.floor <= 1.0, self, "floor", "between 0 and 1")

    def __call__(self, attempts: Attempts, state: State) -> pl.Series:
        """In [0, `weight`] a row, null where the judge has no verdict."""
        n, same = pl.len().over("task"), pl.len().over("task", "answer")
        alone = pl.when(n > 1).then((n - same) / (n - 1)).otherwise(1.0)
        rows = attempts.frame.select("task", "answer", verdict=attempts.verdict(self.of))
        return rows.select(self.weight * pl.col("verdict") * alone.clip(self.floor, 1.0)).to_series()


@dataclass(frozen=True)
class Unlikely:
    """The verdict of `of`, less up to `beta` of it the likelier the attempt was among its siblings (arXiv:2506.02355).

    Of n attempts the one of rank r by log-probability, 0 for the least likely, is paid 1 - `beta` r / n. What is right
    and rare then gains, which a plain reward hardly lifts; what is wrong gets nothing for being rare.
    """

    of: str = "tool"
    weight: float = 1.0
    beta: float = 0.25

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")
        require(0.0 < self.beta <= 1.0, self, "beta", "more than 0 and at most 1")

    def __call__(self, attempts: Attempts, state: State) -> pl.Series:
        """In [0, `weight`] a row, null where the judge has no verdict or the log-probability is not known."""
        rank = pl.col("logprob").rank("ordinal").over("task").cast(pl.Float64) - 1.0
        discount = 1.0 - self.beta * rank / pl.len().over("task")
        rows = attempts.frame.select("task", "logprob", verdict=attempts.verdict(self.of))
        return rows.select(self.weight * pl.col("verdict") * discount).to_series()


@dataclass(frozen=True)
class Novel:
    """The verdict of `of`, times the share of the text's `n` characters in a row that earlier rounds did not keep.

    The archive is what the current cast has learned from, at all tasks; a text shorter than `n` is one piece. With
    `floor`, what is good and known is still paid that much.
    """

    of: str = "tool"
    weight: float = 1.0
    n: int = 4
    floor: float = 0.1

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")
        require(self.n >= 1, self, "n", "a whole number of at least 1")
        require(0.0 <= self.floor <= 1.0, self, "floor", "between 0 and 1")

    def __call__(self, attempts: Attempts, state: State) -> pl.Series:
        """In [0, `weight`] a row, null where the judge has no verdict."""
        known = {piece for kept in state.kept for text in kept["text"].unique() for piece in self._pieces(text)}
        news = {text: self._news(text, known) for text in attempts["text"].unique()}
        share = pl.Series([max(self.floor, news[text]) for text in attempts["text"]], dtype=pl.Float64)
        return self.weight * attempts.verdict(self.of) * share

    def _pieces(self, text: str) -> set[str]:
        return {text[start : start + self.n] for start in range(max(1, len(text) - self.n + 1))}

    def _news(self, text: str, known: set[str]) -> float:
        pieces = self._pieces(text)
        return len(pieces - known) / len(pieces)


@dataclass(frozen=True)
class Remote:
    """The verdict of `of`, times how far the attempt's behaviour is from what earlier rounds kept (novelty search).

    Behaviour is a point in the unit cube of `axes`. Its novelty is the mean distance to the `neighbours` nearest points
    of the archive (Lehman and Stanley 2011; pyribs), which is what the current cast has learned from, at all tasks;
    `far` and more counts as 1, and so does everything while there is no archive. With `floor`, what is good and known
    is still paid that much.
    """

    axes: tuple[Axis, ...]
    of: str = "tool"
    weight: float = 1.0
    neighbours: int = 10
    far: float = 0.25
    floor: float = 0.1

    def __post_init__(self) -> None:
        require(len(self.axes) >= 1, self, "axes", "one or more axes")
        require(self.weight > 0.0, self, "weight", "more than 0")
        require(self.neighbours >= 1, self, "neighbours", "a whole number of at least 1")
        require(self.far > 0.0, self, "far", "more than 0")
        require(0.0 <= self.floor <= 1.0, self, "floor", "between 0 and 1")

    def __call__(self, attempts: Attempts, state: State) -> pl.Series:
        """In [0, `weight`] a row, null where the judge has no verdict or a trait of the attempt is not known."""
        known = [behaviour(kept, self.axes) for kept in state.kept]
        archive = np.concatenate([*known, np.empty((0, len(self.axes)))])
        share = self._distance(archive[np.isfinite(archive).all(axis=1)], behaviour(attempts, self.axes)) / self.far
        paid = pl.Series(np.clip(share, self.floor, 1.0)).fill_nan(None)
        return self.weight * attempts.verdict(self.of) * paid

    def _distance(self, archive: np.ndarray, here: np.ndarray) -> np.ndarray:
        """The mean distance to the nearest of the archive, (rows,); `far` without one, NaN without a trait."""
        from ribs.archives import ProximityArchive

        points = ProximityArchive(
            solution_dim=1,
            measure_dim=len(self.axes),
            k_neighbors=self.neighbours,
            novelty_threshold=0.0,
            dtype=np.float64,
        )
        if len(archive):
            points.add(np.arange(len(archive))[:, None], None, archive)
        placed = np.isfinite(here).all(axis=1)
        distance = np.full(len(here), np.nan)
        if placed.any():
            distance[placed] = points.compute_novelty(here[placed]) if len(archive) else self.far
        return distance
