"""Room 4: what training learns from, and how much."""

from headway.select.above import Above
from headway.select.best import Best
from headway.select.random import Random
from headway.select.replay import Replay
from headway.select.spread import Spread

__all__ = ["Above", "Best", "Random", "Replay", "Spread"]
