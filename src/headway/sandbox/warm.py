"""Sandboxes that are kept warm between calls, one for each choice of limits and tier."""

import atexit
import os
from functools import lru_cache

from headway.sandbox.limits import Limits
from headway.sandbox.sandbox import Sandbox
from headway.sandbox.tiers import Tier


def warm(limits: Limits, least: Tier, processes: int | None = None) -> Sandbox:
    """The sandbox of this process with these choices, started at the first call and closed when Python ends."""
    return _warm(limits, least, processes, os.getpid())


@lru_cache(maxsize=4)
def _warm(limits: Limits, least: Tier, processes: int | None, process: int) -> Sandbox:
    del process  # a forked child must not speak on its parent's connections
    made = Sandbox(limits, least=least, processes=processes)
    atexit.register(made.close)
    return made
