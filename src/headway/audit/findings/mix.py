"""Steps at one mix of prompts: a step that drew more hard ones is no fall, and what they differ by is no noise.

Post-stratification: every kind of prompt (domain and level, where the log names them) counts with its share of the
whole log at every step. Where difficulty explains most of what differs between prompts, as length does for strings, the
standard error is half as large.
"""

import numpy as np
import polars as pl

COLUMNS = ("n", "value", "half")
FEWEST = 5
"""Prompts that a kind has at every step; kinds with fewer are put together with the next."""


def at_one_mix(timeline: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """The timeline with every measure at one mix of prompts, where two kinds or more have prompts enough at all steps.

    `timeline` has the rows of all prompts together, `apart` those of every kind, with the column `group`.
    """
    found = [timeline]
    for (name,), rows in apart.group_by("measure", maintain_order=True):
        steps = timeline.filter(pl.col("measure") == name)["step"].sort()
        made = _standardised(rows, steps)
        if made is not None:
            found[0] = found[0].filter(pl.col("measure") != name)
            found.append(made.select(timeline.columns))
    return pl.concat(found)


def _standardised(rows: pl.DataFrame, steps: pl.Series) -> pl.DataFrame | None:
    """The rows of one measure at the mix of the whole log; None where fewer than two kinds are left."""
    from scipy.special import stdtrit

    n, mean, half = (_table(rows.with_columns(half=(pl.col("high") - pl.col("low")) / 2), steps, of) for of in COLUMNS)
    spread = half * np.sqrt(n) / stdtrit(np.maximum(n - 1.0, 1.0), 0.975)
    kinds = _together(n)
    if len(kinds) < 2:
        return None
    counts = np.stack([n[:, kind].sum(axis=1) for kind in kinds], axis=1)
    value = np.stack([(n * mean)[:, kind].sum(axis=1) for kind in kinds], axis=1) / counts
    squares = [
        ((n - 1.0).clip(0.0) * spread**2 + n * (mean - value[:, [at]]) ** 2)[:, kind].sum(axis=1)
        for at, kind in enumerate(kinds)
    ]
    variance = np.stack(squares, axis=1) / (counts - 1.0)
    share = counts.sum(axis=0) / counts.sum()
    total = counts.sum(axis=1)
    middle = (share * value).sum(axis=1)
    error = np.sqrt((share**2 * variance / counts).sum(axis=1))
    around = stdtrit(np.maximum(total - 1.0, 1.0), 0.975) * error
    return pl.DataFrame(
        {
            "step": steps,
            "measure": [rows["measure"][0]] * len(steps),
            "value": middle,
            "low": middle - around,
            "high": middle + around,
            "n": total.astype(np.int64),
        }
    )


def _table(rows: pl.DataFrame, steps: pl.Series, column: str) -> np.ndarray:
    """A column as (steps, kinds), kinds in the order of their names, 0 where a kind has no prompts."""
    wide = steps.to_frame().join(rows.pivot(on="group", index="step", values=column), on="step", how="left")
    return wide.sort("step").select(rows["group"].unique().sort().to_list()).fill_null(0.0).to_numpy().astype(float)


def _together(n: np.ndarray) -> list[list[int]]:
    """The kinds in order, put together until each has prompts enough at every step; the last takes what is left."""
    made: list[list[int]] = [[]]
    for kind in range(n.shape[1]):
        made[-1].append(kind)
        if n[:, made[-1]].sum(axis=1).min() >= FEWEST:
            made.append([])
    rest = made.pop()
    if rest and made:
        made[-1] += rest
    return made
