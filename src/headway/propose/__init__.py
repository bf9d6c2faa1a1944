"""Room 1: what is asked."""

from headway.propose.given import Given

__all__ = ["Given"]
