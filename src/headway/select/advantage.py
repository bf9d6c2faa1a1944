"""What an attempt is paid above its siblings: the weight that policy gradients learn by."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from headway.attempts import Attempts
from headway.select.rewards.reward import Reward
from headway.select.rewards.right import Correct
from headway.select.rewards.safety import safety
from headway.stages import State, require

SMALLEST_SPREAD = 1e-4
"""Added to a standard deviation, so that a group that is paid alike is not divided by 0 (as TRL has it)."""

NOTHING = 1e-12
"""A weight that is only rounding counts as 0: siblings that are paid alike teach nothing."""


@dataclass(frozen=True)
class Advantage:
    """The sum of `rewards` less its mean over the attempts at the task (GRPO, arXiv:2402.03300).

    `scale="group"` divides by the standard deviation of the task's attempts: easy and hard tasks then teach alike, and
    what a scoring rule pays is distorted, so it is off. Rewards that would pay for being wrong on purpose are refused,
    with the chance of being right below which they do; `force` takes them all the same.
    """

    rewards: tuple[Reward, ...] = (Correct(),)
    scale: Literal["none", "group"] = "none"
    force: bool = False

    def __post_init__(self) -> None:
        require(len(self.rewards) >= 1, self, "rewards", "one or more rewards")
        require(self.scale in ("none", "group"), self, "scale", "'none' or 'group'")
        read = {reward.of for reward in self.rewards} - {None}
        require(len(read) <= 1, self, "rewards", "rewards that read one and the same verdict")
        found = safety(self.rewards)
        if not found.safe and not self.force:
            raise ValueError(
                f"these rewards pay for being wrong: correctness weighs {found.correct:g} and the scoring rules span "
                f"{found.span:g}, so an answer that is right with a chance below {found.paid_to_be_wrong_below:.3f} is "
                f"worth less than a wrong one of confidence 0; give Correct a weight of at least {found.span:g}, or "
                f"Advantage force=True"
            )

    @property
    def of(self) -> str | None:
        return next((reward.of for reward in self.rewards if reward.of is not None), None)

    def __call__(self, attempts: Attempts, state: State) -> Attempts:
        """Weights that sum to 0 over the attempts at a task; 0 where a reward is null."""
        total = sum((reward(attempts, state) for reward in self.rewards[1:]), self.rewards[0](attempts, state))
        paid = pl.col("paid")
        weight = paid - paid.mean().over("task")
        if self.scale == "group":
            weight = weight / (paid.std().over("task").fill_null(0.0) + SMALLEST_SPREAD)
        rows = attempts.frame.select("task", paid=total).select(weight=weight.fill_null(0.0))
        alike = pl.col("weight").abs() < NOTHING
        return attempts.weighing(rows.select(pl.when(alike).then(0.0).otherwise("weight")).to_series())
