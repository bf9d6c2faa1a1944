"""One measure over the steps, and how much it wanders by itself."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from headway.audit.measures import Measure, measure_of

REWARD_MARGIN = 0.2
"""A change of the reward counts from this many of its standard deviations over the attempts of the first step."""
PERSISTENCE = 0.8
"""The lag-one correlation that a healthy run's own wandering may have from step to step."""
SPREAD_OF_SPREAD = 5.4
"""Times 1 / n, the relative variance of a variance from the median absolute deviation of n normal values."""
PRIOR_STEPS = 8
"""How many steps the prior guess of that wandering is worth."""


@dataclass(frozen=True)
class Track:
    """A measure's value at every step that has it, with its standard error and number of prompts."""

    name: str
    step: np.ndarray
    value: np.ndarray
    error: np.ndarray
    prompts: np.ndarray
    least: float = 0.0
    """The smallest change that counts where the measure's own unit does not say so."""

    @property
    def measure(self) -> Measure:
        return measure_of(self.name)

    def __len__(self) -> int:
        return len(self.step)

    @cached_property
    def wander(self) -> np.ndarray:
        """Variance of the measure's own wandering as known before each step, (steps,).

        From the successive differences before that step (their median absolute deviation, so that a cliff does
        not count as wandering; their median is left out, so that a steady fall does not either), less what
        sampling explains and half its own standard error, scaled up to the stationary variance of an
        autoregression with `PERSISTENCE`. A fifth of the smallest change that counts is the guess to start
        from, and half of it the most that is called wandering: what moves further does move.
        """
        difference = np.diff(self.value)
        sampled = self.error[1:] ** 2 + self.error[:-1] ** 2
        margin = float(self.margin(self.value[0]))
        prior, most = (0.2 * margin) ** 2, (0.5 * margin) ** 2
        found = np.empty(len(self))
        for now in range(len(self)):
            known = difference[: max(0, now - 1)]
            seen = 0.0
            if len(known) > 1:
                spread = 1.4826 * np.median(np.abs(known - np.median(known)))
                least = max(0.0, 1.0 - 0.5 * np.sqrt(SPREAD_OF_SPREAD / len(known)))
                seen = max(0.0, least * spread**2 - sampled[: len(known)].mean()) / (2.0 * (1.0 - PERSISTENCE))
            found[now] = min(most, (PRIOR_STEPS * prior + len(known) * seen) / (PRIOR_STEPS + len(known)))
        return found

    def margin(self, before: np.ndarray | float) -> np.ndarray:
        """The smallest change that counts, for stretches that began at `before`."""
        return np.maximum(max(self.measure.margin, self.least), self.measure.relative * np.abs(before))


def tracks(timeline: pl.DataFrame) -> dict[str, Track]:
    """A track for every measure of the timeline, steps ascending; the standard error is read from the interval."""
    from scipy.special import stdtrit

    found = {}
    for (name,), rows in timeline.sort("step").group_by(["measure"], maintain_order=True):
        prompts = rows["n"].to_numpy().astype(np.float64)
        half = ((rows["high"] - rows["low"]) / 2.0).to_numpy()
        error = half / stdtrit(np.maximum(prompts - 1.0, 1.0), 0.975)
        value = rows["value"].to_numpy()
        # A share that was the same at every prompt is still not known better than one prompt in twice as many.
        scale = 1.0 if measure_of(str(name)).margin > 0.0 else np.abs(value)
        floor = 0.5 * scale / np.maximum(prompts, 1.0)
        found[str(name)] = Track(str(name), rows["step"].to_numpy(), value, np.maximum(error, floor), prompts)
    if "reward" in found and "spread" in found:  # a reward has no unit of its own
        found["reward"] = replace(found["reward"], least=REWARD_MARGIN * float(found["spread"].value[0]))
    return found
