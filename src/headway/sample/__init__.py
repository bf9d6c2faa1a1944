"""Room 2: attempts at tasks."""

from headway.sample.chain import Chain, History
from headway.sample.each import Each
from headway.sample.probes import Probe, Probes
from headway.sample.told import Told
from headway.sample.tuned import Tuned
from headway.sample.upward import Upward

__all__ = ["Chain", "Each", "History", "Probe", "Probes", "Told", "Tuned", "Upward"]
