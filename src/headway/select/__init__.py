"""Room 4: what training learns from, and how much."""

from headway.select.above import Above
from headway.select.advantage import Advantage
from headway.select.all import All
from headway.select.best import Best
from headway.select.corrupt import Corrupt
from headway.select.divpo import DivPO
from headway.select.gold import Gold
from headway.select.learnability import Clusters, Learnability
from headway.select.length import Length
from headway.select.mixture import Mixture
from headway.select.random import Random
from headway.select.replay import Replay
from headway.select.spread import Spread
from headway.select.unbroken import Unbroken

__all__ = [
    "Above",
    "Advantage",
    "All",
    "Best",
    "Clusters",
    "Corrupt",
    "DivPO",
    "Gold",
    "Learnability",
    "Length",
    "Mixture",
    "Random",
    "Replay",
    "Spread",
    "Unbroken",
]
