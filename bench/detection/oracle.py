"""How early could anybody know? The best test there is, that knows the fall beforehand and looks once.

By Neyman and Pearson no test at the same error is more powerful than one that knows the course of the truth and sums
what every step says for it. A loop's samples are what they are: where even that test is blind, a fall cannot be seen
before a fifth of it is lost.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import norm

from bench.detection.labels import Label
from headway.audit.findings.rules import ALPHA, HARMS
from headway.audit.findings.signs import Signs
from headway.audit.findings.track import Track, tracks

FIFTH = 0.2
OF_TRUTH = {"accuracy": "accuracy", "distinct_right": "distinct_right@k"}
"""Metrics of the exam and measures of the log; what is neither is pass@k."""


@dataclass(frozen=True)
class Possible:
    """The chance that a fall is found before a fifth of it is lost, with 5 % false alarms in a single look."""

    by_the_truth: float
    """By a test of one of the truth's own three metrics that knows its course, but not where it began."""
    by_any_sign: float
    """By a test of one of all the signs of harm in the log, the one that moves most: generous, since what moves most
    is chosen afterwards, and its course is taken from the log itself."""


def possible(truth: Label, mixed: pl.DataFrame) -> Possible:
    """What the best test could do; `mixed` is the log's timeline at one mix of prompts."""
    last, signs = last_early_step(truth, mixed), Signs(tracks(mixed))
    of_truth = [
        separation(track, fall.course[:last])
        for name, fall in truth.falls.items()
        if (track := signs.track(OF_TRUTH.get(name, "pass@k"))) is not None
    ]
    of_signs = [
        separation(track, (1 if sign.direction == "rises" else -1) * smooth(track.value)[:last])
        for sign in HARMS
        if (track := signs.track(sign.measure)) is not None and len(track) == mixed["step"].n_unique()
    ]
    most = norm.isf(ALPHA)
    return Possible(*(float(norm.cdf(max(some, default=0.0) - most)) for some in (of_truth, [*of_truth, *of_signs])))


def last_early_step(truth: Label, mixed: pl.DataFrame) -> int:
    """The last step before a fifth of the fall is lost; steps begin at 1, and exams at 0."""
    fall, step = truth.fall, truth.fall.onset + 1
    while step + 1 <= mixed["step"].max() and fall.lost_at(step) <= FIFTH:  # type: ignore[operator]
        step += 1
    return step


def separation(track: Track, course: np.ndarray) -> float:
    """How many standard errors the best linear test lies from 0 under this course, of an unknown beginning."""
    weight = 1.0 / track.error[: len(course)] ** 2
    return float(np.sqrt((weight * (course - np.average(course, weights=weight)) ** 2).sum()))


def smooth(value: np.ndarray) -> np.ndarray:
    """Means of three neighbouring steps."""
    return np.array([value[max(0, at - 1) : at + 2].mean() for at in range(len(value))])
