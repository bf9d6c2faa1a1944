"""Room 7: whether a round stands, and where the loop goes on."""

from headway.gate.always import Always
from headway.gate.governor import Governor
from headway.gate.preferred import BestByReward, Preferred, SelfReport
from headway.gate.sealed import Sealed
from headway.gate.standards import Standard
from headway.gate.written import Signed
from headway.levers import Lever

__all__ = ["Always", "BestByReward", "Governor", "Lever", "Preferred", "Sealed", "SelfReport", "Signed", "Standard"]
