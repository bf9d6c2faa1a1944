"""Room 2: attempts at tasks."""

from headway.sample.chain import Chain, History
from headway.sample.choose import Choose
from headway.sample.each import Each
from headway.sample.probes import Probe, Probes
from headway.sample.roles import Roles
from headway.sample.told import Told
from headway.sample.tuned import Tuned
from headway.sample.upward import Upward

__all__ = ["Chain", "Choose", "Each", "History", "Probe", "Probes", "Roles", "Told", "Tuned", "Upward"]
