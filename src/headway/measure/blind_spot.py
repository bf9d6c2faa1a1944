"""What a judge and the policy miss together, and how many judges several of them are worth.

Everything is compared within a task and among attempts that are equally right: there the verdicts of a judge that
sees only the truth do not differ, so whatever they go along with is no knowledge of it.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import polars as pl

from headway.measure.theory import effective_number
from headway.stats import Estimate, statistic_of_totals, totals_by_task


def blind_spot(judged: pl.DataFrame, opinion: str = "opinion", *, seed: int = 0) -> Estimate | None:
    """The correlation of a judge's errors with the policy's own log-probability, truth held fixed, in [-1, 1].

    Above 0 the judge likes what the policy is inclined to write anyway: selecting by it sharpens the policy and tells
    it nothing. None where verdicts or log-probabilities do not vary within a task among equally right attempts.
    """
    return _correlation(judged, opinion, "logprob", seed)


def shared_errors(judged: pl.DataFrame, first: str, second: str, *, seed: int = 0) -> Estimate | None:
    """The correlation of two judges' errors, truth held fixed, in [-1, 1]; None where one of them makes none."""
    return _correlation(judged, first, second, seed)


def effective_judges(judged: pl.DataFrame, opinions: Sequence[str], *, seed: int = 0) -> Estimate | None:
    """How many independent judges these are worth, from 1 to as many as they are (see `theory.effective_number`).

    None for fewer than two whose errors vary: a judge that makes none by this truth has none to share.
    """
    residuals = {name: _residual(judged, name) for name in opinions}
    varied = [values for values in residuals.values() if (values.drop_nulls().abs() > 1e-12).any()]
    rows = pl.DataFrame([judged["task"], *varied]).drop_nulls()
    if len(varied) < 2 or rows.is_empty():
        return None
    errors = [rows[values.name].to_numpy() for values in varied]
    pairs = list(combinations(range(len(errors)), 2))
    products = [errors[one] * errors[two] for one, two in pairs]
    squares = [error * error for error in errors]

    def effective(totals: np.ndarray) -> np.ndarray:
        square = totals[..., len(pairs) :]
        found = [
            totals[..., place] / np.sqrt(square[..., one] * square[..., two]) for place, (one, two) in enumerate(pairs)
        ]
        return np.asarray(effective_number(len(errors), np.nanmean(found, axis=0)))

    return statistic_of_totals(effective, totals_by_task(rows["task"], *products, *squares), seed=seed)


def _correlation(judged: pl.DataFrame, first: str, second: str, seed: int) -> Estimate | None:
    both = pl.DataFrame(
        {"task": judged["task"], "one": _residual(judged, first, second), "two": _residual(judged, second, first)}
    ).drop_nulls()
    if both.is_empty() or any((both[name].abs() < 1e-12).all() for name in ("one", "two")):
        return None
    one, two = both["one"].to_numpy(), both["two"].to_numpy()
    totals = totals_by_task(both["task"], one * two, one * one, two * two)
    return statistic_of_totals(lambda sums: sums[..., 0] / np.sqrt(sums[..., 1] * sums[..., 2]), totals, seed=seed)


def _residual(judged: pl.DataFrame, column: str, beside: str | None = None) -> pl.Series:
    """A column less its mean over attempts at the same task that are as right; null where either column is."""
    value = pl.col(column).cast(pl.Float64)
    known = value.is_not_null() & pl.col("truth").is_not_null()
    if beside is not None:
        known &= pl.col(beside).is_not_null()
    shown = pl.when(known).then(value)
    return judged.select((shown - shown.mean().over("task", "truth")).alias(column)).to_series()
