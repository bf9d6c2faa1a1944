"""Room 2: attempts at tasks."""

from headway.sample.each import Each

__all__ = ["Each"]
