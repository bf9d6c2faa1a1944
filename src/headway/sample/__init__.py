"""Room 2: attempts at tasks."""

from headway.sample.each import Each
from headway.sample.told import Told
from headway.sample.upward import Upward

__all__ = ["Each", "Told", "Upward"]
