"""Paid for knowing what one knows: proper scoring rules of the stated confidence (arXiv:2507.16806).

With c = 1 for right and 0 for wrong and a stated confidence q, a rule S(q, c) is proper where saying one's true chance
pays best. Rules here are shifted so that the best score is 0. An attempt that states no confidence gets the worst score
that the rule has: silence never pays.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.select.rewards.reward import Reward
from headway.stages import State, require


class Score(Reward, Protocol):
    """A reward that is a proper scoring rule of confidence."""

    @property
    def weight(self) -> float:
        """What the rule counts for."""
        ...

    @property
    def span(self) -> float:
        """The most by which being wrong can score above being right at one confidence: sup_q S(q, 0) - S(q, 1)."""
        ...

    def score(self, confidence: np.ndarray, right: np.ndarray) -> np.ndarray:
        """S(q, c), at most 0, before the weight."""
        ...


@dataclass(frozen=True)
class Brier:
    """-(q - c)^2, in [-1, 0]: with `Correct` of the same weight this is RLCR."""

    of: str = "tool"
    weight: float = 1.0

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")

    @property
    def span(self) -> float:
        return 1.0

    def score(self, confidence: np.ndarray, right: np.ndarray) -> np.ndarray:
        """In [-1, 0]."""
        return -((confidence - right) ** 2)

    def __call__(self, attempts: Attempts, state: State) -> pl.Series:
        """One number a row, null where the judge has no verdict."""
        return paid(self, attempts)


@dataclass(frozen=True)
class LogScore:
    """log(q) where right and log(1 - q) where wrong, with q kept `clip` away from 0 and 1 [nats].

    Its span is log((1 - clip) / clip), 4.6 at .01 and endless without a clip: hardly any weight of it is safe.
    """

    of: str = "tool"
    weight: float = 0.2
    clip: float = 0.01

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")
        require(0.0 < self.clip < 0.5, self, "clip", "more than 0 and less than .5")

    @property
    def span(self) -> float:
        return math.log((1.0 - self.clip) / self.clip)

    def score(self, confidence: np.ndarray, right: np.ndarray) -> np.ndarray:
        """In [log(clip), log(1 - clip)]."""
        said = np.clip(confidence, self.clip, 1.0 - self.clip)
        return np.where(right > 0.5, np.log(said), np.log(1.0 - said))

    def __call__(self, attempts: Attempts, state: State) -> pl.Series:
        """One number a row, null where the judge has no verdict."""
        return paid(self, attempts)


@dataclass(frozen=True)
class Spherical:
    """q / |(q, 1 - q)| where right and (1 - q) / |(q, 1 - q)| where wrong, less 1: in [-1, 0]."""

    of: str = "tool"
    weight: float = 1.0

    def __post_init__(self) -> None:
        require(self.weight > 0.0, self, "weight", "more than 0")

    @property
    def span(self) -> float:
        return 1.0

    def score(self, confidence: np.ndarray, right: np.ndarray) -> np.ndarray:
        """In [-1, 0]."""
        hit = np.where(right > 0.5, confidence, 1.0 - confidence)
        return hit / np.hypot(confidence, 1.0 - confidence) - 1.0

    def __call__(self, attempts: Attempts, state: State) -> pl.Series:
        """One number a row, null where the judge has no verdict."""
        return paid(self, attempts)


def paid(rule: Score, attempts: Attempts) -> pl.Series:
    """What a rule pays each attempt; a verdict above a half counts as right."""
    verdict, said = attempts.verdict(rule.of or ""), attempts["confidence"]
    right = (verdict.fill_null(0.0) > 0.5).cast(pl.Float64).to_numpy()
    # Who says nothing is scored like who is sure of the opposite of what came.
    confidence = np.where(said.is_null().to_numpy(), 1.0 - right, said.fill_null(0.0).to_numpy())
    score = pl.Series(rule.score(confidence, right) * rule.weight)
    return attempts.frame.select(pl.when(verdict.is_not_null()).then(score)).to_series()
