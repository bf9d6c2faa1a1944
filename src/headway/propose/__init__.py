"""Room 1: what is asked."""

from headway.propose.frontier import Frontier
from headway.propose.given import Given
from headway.propose.selfplay import SelfPlay

__all__ = ["Frontier", "Given", "SelfPlay"]
