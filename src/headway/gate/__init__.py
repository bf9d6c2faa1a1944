"""Room 7: whether a round stands, and where the loop goes on."""

from headway.gate.always import Always
from headway.gate.governor import Governor
from headway.gate.standards import Standard

__all__ = ["Always", "Governor", "Standard"]
