"""What an attempt is paid for: small rewards that add up, in `Advantage`."""

from headway.select.rewards.different import Distinct, Novel, Remote, Unlikely
from headway.select.rewards.reward import Reward
from headway.select.rewards.right import Brevity, Correct, Readable
from headway.select.rewards.scores import Brier, LogScore, Score, Spherical

__all__ = [
    "Brevity",
    "Brier",
    "Correct",
    "Distinct",
    "LogScore",
    "Novel",
    "Readable",
    "Remote",
    "Reward",
    "Score",
    "Spherical",
    "Unlikely",
]
