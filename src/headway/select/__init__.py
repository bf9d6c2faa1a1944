"""Room 4: what training learns from, and how much."""

from headway.select.above import Above
from headway.select.advantage import Advantage
from headway.select.against import Against
from headway.select.all import All
from headway.select.amended import Amended
from headway.select.balanced import Balanced
from headway.select.behaviour import Axis
from headway.select.best import Best
from headway.select.corrected import Corrected
from headway.select.corrupt import Corrupt
from headway.select.divpo import DivPO
from headway.select.elites import Elites
from headway.select.gold import Gold
from headway.select.learnability import Learnability
from headway.select.length import Length
from headway.select.mixture import Mixture
from headway.select.part import Part
from headway.select.random import Random
from headway.select.replay import Replay
from headway.select.spread import Spread
from headway.select.unbroken import Unbroken
from headway.select.variety import Clusters, Familiar, Variety
from headway.select.whole import Whole

__all__ = [
    "Above",
    "Advantage",
    "Against",
    "All",
    "Amended",
    "Axis",
    "Balanced",
    "Best",
    "Clusters",
    "Corrected",
    "Corrupt",
    "DivPO",
    "Elites",
    "Familiar",
    "Gold",
    "Learnability",
    "Length",
    "Mixture",
    "Part",
    "Random",
    "Replay",
    "Spread",
    "Unbroken",
    "Variety",
    "Whole",
]
