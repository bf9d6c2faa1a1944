"""Room 2: attempts at tasks."""

from headway.sample.each import Each
from headway.sample.told import Told

__all__ = ["Each", "Told"]
