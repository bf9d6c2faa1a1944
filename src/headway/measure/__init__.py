"""Room 6: judged attempts to numbers with n and an interval. Pure: no torch, no policy."""

from headway.measure.exam import Exam

__all__ = ["Exam"]
