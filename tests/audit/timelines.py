"""Timelines made to order: what a healthy run looks like, and what one looks like that goes wrong."""

from collections.abc import Mapping

import numpy as np
import polars as pl

BASE = {
    "accuracy": 0.4,
    "pass@8": 0.8,
    "distinct_right@8": 1.2,
    "same_right": 0.4,
    "same_answer": 0.3,
    "same_text": 0.1,
    "same_form": 0.2,
    "overlap": 0.4,
    "overlap_across": 0.1,
    "reward": 0.5,
    "spread": 0.4,
    "gap": 0.1,
    "auc": 0.7,
    "valid": 0.95,
    "mixed": 0.7,
    "within": 0.5,
    "confidence": 0.6,
    "overclaim": 0.2,
    "brier": 0.25,
    "confidence_auc": 0.65,
    "self_agreement": -0.1,
    "probability": 0.7,
    "tokens": 60.0,
}
"""A run in the middle of its life; the standard deviation over prompts is a third of each value."""
SPREAD = 0.35


def timeline(
    steps: int = 16,
    prompts: int = 128,
    *,
    moved: Mapping[str, float] | None = None,
    at: int | None = None,
    wander: float = 0.0,
    seed: int = 0,
    without: tuple[str, ...] = (),
) -> pl.DataFrame:
    """A timeline whose measures named in `moved` go to that value in a straight line from step `at` on.

    `wander` is the standard deviation, as a share of each value, of an autoregression (lag-one correlation 0.8)
    that all measures share in part: the model drifts, and its measures with it.
    """
    random = np.random.default_rng(seed)
    common = _autoregression(random, steps)
    names = [name for name in BASE if name not in without]
    values, errors = [], []
    for name in names:
        base = BASE[name]
        own = wander * abs(base) * (0.7 * common + 0.7 * _autoregression(random, steps))
        error = SPREAD * abs(base) / np.sqrt(prompts)
        mean = np.full(steps, base) + own
        if moved and name in moved and at is not None:
            mean += (moved[name] - base) * np.clip((np.arange(steps) - at + 1) / max(1, steps - at), 0.0, 1.0)
        values.append(mean + error * random.normal(size=steps))
        errors.append(np.full(steps, error))
    value, half = np.concatenate(values), 1.979 * np.concatenate(errors)
    return pl.DataFrame(
        {
            "step": np.tile(np.arange(steps), len(names)),
            "measure": np.repeat(names, steps),
            "value": value,
            "low": value - half,
            "high": value + half,
            "n": np.full(len(value), prompts),
        }
    )


def _autoregression(random: np.random.Generator, steps: int) -> np.ndarray:
    """Standard deviation 1, lag-one correlation 0.8."""
    made = np.empty(steps)
    made[0] = random.normal()
    for step in range(1, steps):
        made[step] = 0.8 * made[step - 1] + 0.6 * random.normal()
    return made
