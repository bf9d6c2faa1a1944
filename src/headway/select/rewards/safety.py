"""Whether a sum of rewards can pay for being wrong on purpose.

An answer that is right with chance p, stated with the confidence that pays best, is worth
G(p) = max_q [weight of correctness * p + p S(q, 1) + (1 - p) S(q, 0)], S being the weighted rules together. G rises
with p, so that the likeliest answer is worth most, if and only if correctness weighs at least the span of the rules,
sup_q S(q, 0) - S(q, 1). Otherwise some answers are worth less than one that is wrong for certain and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headway.select.rewards.reward import Reward
from headway.select.rewards.right import Correct
from headway.select.rewards.scores import Brier, LogScore, Score, Spherical

GRID = 20_001


@dataclass(frozen=True)
class Safety:
    """What correctness weighs, the span of the scoring rules beside it, and below which p being wrong pays more."""

    correct: float
    span: float
    paid_to_be_wrong_below: float
    """0 where the rewards are safe."""

    @property
    def safe(self) -> bool:
        return self.correct >= self.span * (1.0 - 1e-12)


def safety(rewards: Sequence[Reward]) -> Safety:
    """The accuracy-safety of a sum of rewards; without scoring rules it is safe."""
    rules = [reward for reward in rewards if isinstance(reward, Brier | LogScore | Spherical)]
    correct = sum(reward.weight for reward in rewards if isinstance(reward, Correct))
    span = sum(rule.weight * rule.span for rule in rules)
    found = Safety(correct, span, 0.0)
    if found.safe:
        return found
    chance = np.linspace(0.0, 1.0, GRID)
    worse = worth(correct, rules, chance) < worth(correct, rules, np.zeros(1)) - 1e-12
    return Safety(correct, span, float(chance[worse].max(initial=0.0)))


def worth(correct: float, rules: Sequence[Score], chance: np.ndarray) -> np.ndarray:
    """G(p): the mean reward of an answer that is right with this chance and states it, which is what pays best."""
    right, wrong = (
        sum(rule.weight * rule.score(chance, np.full_like(chance, c)) for rule in rules) for c in (1.0, 0.0)
    )
    return correct * chance + chance * right + (1.0 - chance) * wrong
