"""Room 6: judged attempts to numbers with n and an interval. Pure: no torch, no policy."""

from headway.measure.exam import Exam
from headway.measure.execution import Execution
from headway.measure.ladder import Ladder
from headway.measure.partiality import Partiality
from headway.measure.preferences import Preferences
from headway.measure.stated import Calibration

__all__ = ["Calibration", "Exam", "Execution", "Ladder", "Partiality", "Preferences"]
