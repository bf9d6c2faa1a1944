"""Room 4: what training learns from, and how much."""

from headway.select.above import Above
from headway.select.all import All
from headway.select.best import Best
from headway.select.corrected import Corrected
from headway.select.corrupt import Corrupt
from headway.select.gold import Gold
from headway.select.length import Length
from headway.select.mixture import Mixture
from headway.select.random import Random
from headway.select.replay import Replay
from headway.select.spread import Spread
from headway.select.unbroken import Unbroken

__all__ = [
    "Above",
    "All",
    "Best",
    "Corrected",
    "Corrupt",
    "Gold",
    "Length",
    "Mixture",
    "Random",
    "Replay",
    "Spread",
    "Unbroken",
]
