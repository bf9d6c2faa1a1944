"""Where work is done: in this process, in processes beside it, or on a cluster; and the one scheduler above them.

An engine only carries jobs out. What is asked, in which order results are read, and when a job is given to somebody
else is decided here, so that every engine comes to the same bits.
"""

from headway.engine.errors import EngineError, JobFailed, Unsatisfiable
from headway.engine.files import Files, work_in
from headway.engine.inline import Inline
from headway.engine.jobs import Capacity, Done, Engine, Failed, Job, Lost, Needs, Outcome, Ref, Work
from headway.engine.leases import Leases
from headway.engine.pool import Pool
from headway.engine.results import Results
from headway.engine.scheduler import Alarm, Scheduler
from headway.engine.store import Store

__all__ = [
    "Alarm",
    "Capacity",
    "Done",
    "Engine",
    "EngineError",
    "Failed",
    "Files",
    "Inline",
    "Job",
    "JobFailed",
    "Leases",
    "Lost",
    "Needs",
    "Outcome",
    "Pool",
    "Ref",
    "Results",
    "Scheduler",
    "Store",
    "Unsatisfiable",
    "Work",
    "work_in",
]
