"""Jobs in, results out: the same for every engine, real or simulated.

Engines lose workers, hang and do things twice. Here every job has a lease; one whose worker is lost or late is given
to another; the first result is committed, and a later one that differs is an alarm, because a job is a pure function.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from headway.engine.errors import EngineError, JobFailed, Unsatisfiable
from headway.engine.jobs import Done, Engine, Failed, Job, Lost, Outcome, Ref
from headway.engine.leases import Durations, Leases
from headway.engine.results import Results
from headway.engine.store import StoreError

LOOK = 0.5
"""Seconds between looks at leases while nothing comes to an end."""
STARVED = 180.0
"""Seconds without any worker until there is an error, where nobody is expected to begin one."""


@dataclass(frozen=True)
class Alarm:
    """Two workers came to different results for one job; the first one stands."""

    key: str
    kind: str
    first: Ref
    later: Ref

    def __str__(self) -> str:
        return (
            f"a job ({self.kind}, {self.key[:12]}) was done twice and came out differently ({self.first[:12]} and "
            f"{self.later[:12]}): workers differ in their arithmetic or versions; the first result was used"
        )


@dataclass
class Waiting:
    """A job without a result: how often it was tried, and who has it now."""

    job: Job
    tries: int = 0
    tickets: set[int] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Held:
    """A job in a worker's hands since `began`, until `ends` at the latest."""

    job: Job
    began: float
    ends: float


class Scheduler:
    """Carries jobs out on an engine. `clock` gives seconds that only grow; a simulation gives its own.

    A job is tried `tries` times before the run stops. Where the engine has no worker at all, JobFailed comes after
    `starved` seconds; where no worker is large enough, Unsatisfiable comes at once. `seconds` bounds the whole run.
    """

    def __init__(
        self,
        engine: Engine,
        results: Results | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        leases: Leases | None = None,
        tries: int = 4,
        starved: float = STARVED,
    ) -> None:
        self.engine, self.clock, self.tries, self.starved = engine, clock, tries, starved
        self.results = results if results is not None else Results()
        self.leases, self.durations = leases or Leases(), Durations()
        self.alarms: list[Alarm] = []
        self.requeued = self.doubled = 0
        self._open: dict[str, Waiting] = {}
        self._queue: deque[str] = deque()
        self._later: deque[str] = deque()
        self._held: dict[int, Held] = {}
        self._leases: list[tuple[float, int]] = []
        """When each lease ends, and its ticket: a heap, in which those of jobs that are done stay until their time."""
        self._taken_back: dict[int, Job] = {}
        self._alone_since: float | None = None

    def run(self, jobs: Sequence[Job], seconds: float | None = None) -> list[bytes]:
        """The results of all jobs, in their order; those that are known already are not done again.

        A result that is known but damaged or gone is made once more.
        """
        self._finish(jobs, seconds)
        found = []
        for job in jobs:
            try:
                found.append(self.engine.get(self._result(job)))
            except StoreError:
                self.results.forget(job.key)
                self._finish([job], seconds)
                found.append(self.engine.get(self._result(job)))
        return found

    def _finish(self, jobs: Sequence[Job], seconds: float | None) -> None:
        self.add(jobs)
        ends = None if seconds is None else self.clock() + seconds
        wanted = {job.key for job in jobs}
        while any(key in self._open for key in wanted):
            if ends is not None and self.clock() > ends:
                left = sum(key in self._open for key in wanted)
                raise EngineError(f"{left} of {len(wanted)} jobs had no result after {seconds:g} s; give more time")
            self.step()

    def add(self, jobs: Sequence[Job], *, later: bool = False) -> None:
        """Let these be done; Unsatisfiable where one asks for more than any worker has.

        With `later` they are done when no other job waits, until they are asked for in earnest.
        """
        self._refuse_unsatisfiable(jobs)
        for job in jobs:
            known = job.key in self._open
            if not known and self.results.get(job.key) is None:
                self._open[job.key] = Waiting(job)
                (self._later if later else self._queue).append(job.key)
            elif known and not later and job.key in self._later:
                self._later.remove(job.key)
                self._queue.append(job.key)

    def withdraw(self, keys: Iterable[str]) -> None:
        """Nobody wants these any more; those that are under way are not interrupted."""
        for key in keys:
            waiting = self._open.get(key)
            if waiting is not None and not waiting.tickets:
                del self._open[key]

    def step(self) -> None:
        """Hand out what can be handed out, hear what has come to an end, and take back what is overdue."""
        self._hand_out()
        self._refuse_starving()
        for outcome in self.engine.poll(self._patience()):
            self._hear(outcome)
        self._take_back()

    def drop(self) -> None:
        """Forget all jobs that have no result yet, and free those who have them."""
        for ticket in list(self._held):
            self._cancel(ticket)
        self._open.clear()
        self._queue.clear()
        self._later.clear()

    @property
    def waiting(self) -> int:
        """How many jobs nobody has begun."""
        return len(self._queue)

    @property
    def idle(self) -> bool:
        """Whether no job is without a result."""
        return not self._open

    # -- handing out ------------------------------------------------------------------------------

    def _refuse_unsatisfiable(self, jobs: Sequence[Job]) -> None:
        largest = self.engine.capacity().largest
        for needs in {job.needs for job in jobs}:
            if not needs.within(largest):
                raise Unsatisfiable(
                    f"a job needs {needs.processors:g} processors and {needs.accelerators:g} accelerators in one "
                    f"worker, and the largest worker of this engine has {largest.processors:g} and "
                    f"{largest.accelerators:g}; give it larger workers, or ask for less"
                )

    def _hand_out(self) -> None:
        free = self.engine.capacity().free
        while free > 0 and (self._queue or self._later):
            waiting = self._open.get((self._queue or self._later).popleft())
            if waiting is not None:
                self._submit(waiting)
                free -= 1
        if self.leases.late is not None and free > 0 and not self._queue:
            self._double(free, self.leases.late)

    def _submit(self, waiting: Waiting) -> None:
        now, kind = self.clock(), waiting.job.kind
        ticket = self.engine.submit(waiting.job)
        ends = now + self.durations.lease(self.leases, kind)
        self._held[ticket] = Held(waiting.job, now, ends)
        heappush(self._leases, (ends, ticket))
        waiting.tickets.add(ticket)
        waiting.tries += 1

    def _double(self, free: int, late: float) -> None:
        """Give the jobs that are later than others of their kind to idle workers as well, the oldest first."""
        for held in sorted(self._held.values(), key=lambda held: held.began):
            usual, waiting = self.durations.median(held.job.kind), self._open.get(held.job.key)
            if not free or waiting is None or usual is None:
                continue
            began = max(self._held[ticket].began for ticket in waiting.tickets)
            if self.clock() - began > late * usual:
                self._submit(waiting)
                self.doubled += 1
                free -= 1

    def _refuse_starving(self) -> None:
        """JobFailed where there is work, but nobody to do it for longer than `starved`."""
        if self._held or not self._queue or self.engine.capacity().workers > 0:
            self._alone_since = None
            return
        now = self.clock()
        self._alone_since = now if self._alone_since is None else self._alone_since
        if now - self._alone_since > self.starved:
            raise JobFailed(
                f"no worker has been there for {self.starved:g} s and {len(self._queue)} jobs wait; see to the "
                f"workers, then resume: results so far are kept"
            )

    def _patience(self) -> float:
        """How long to wait for the engine [s]: not beyond the next lease."""
        return max(0.0, min(LOOK, self._leases[0][0] - self.clock())) if self._leases else LOOK

    # -- hearing ----------------------------------------------------------------------------------

    def _hear(self, outcome: Outcome) -> None:
        held = self._held.pop(outcome.ticket, None)
        if held is None:
            self._hear_late(outcome)
            return
        waiting = self._open.get(held.job.key)
        if waiting is not None:
            waiting.tickets.discard(outcome.ticket)
        match outcome:
            case Done(result=result):
                self.durations.add(held.job.kind, self.clock() - held.began)
                self._commit(held.job, result)
            case Failed(reason=reason) if waiting is not None:
                raise JobFailed(f"a job ({held.job.kind}) failed: {reason}")
            case Lost(reason=reason) if waiting is not None:
                self._requeue(waiting, reason)

    def _hear_late(self, outcome: Outcome) -> None:
        """A job was taken back, and its worker went on all the same: a result is welcome, or is compared."""
        job = self._taken_back.pop(outcome.ticket, None)
        if job is not None and isinstance(outcome, Done):
            self._commit(job, outcome.result)

    def _commit(self, job: Job, result: Ref) -> None:
        first = self.results.commit(job.key, result)
        if first != result:
            self.alarms.append(Alarm(job.key, job.kind, first, result))
        self._open.pop(job.key, None)

    def _requeue(self, waiting: Waiting, reason: str) -> None:
        waiting.reasons.append(reason)
        if waiting.tickets:
            return  # another worker still has it
        if waiting.tries >= self.tries:
            raise JobFailed(
                f"a job ({waiting.job.kind}) lost all {waiting.tries} workers that tried it: "
                f"{'; '.join(dict.fromkeys(waiting.reasons))}. It may be what ends them: give workers more memory, or "
                f"look at what it asks for"
            )
        self.requeued += 1
        self._queue.appendleft(waiting.job.key)

    def _take_back(self) -> None:
        now = self.clock()
        while self._leases and self._leases[0][0] <= now:
            _, ticket = heappop(self._leases)
            held = self._held.get(ticket)
            if held is None:
                continue
            waiting = self._open.get(held.job.key)
            self._cancel(ticket)
            if waiting is not None:
                self._requeue(waiting, f"no answer within {held.ends - held.began:.0f} s")

    def _cancel(self, ticket: int) -> None:
        held = self._held.pop(ticket)
        self._taken_back[ticket] = held.job
        waiting = self._open.get(held.job.key)
        if waiting is not None:
            waiting.tickets.discard(ticket)
        self.engine.cancel(ticket)

    def _result(self, job: Job) -> Ref:
        ref = self.results.get(job.key)
        assert ref is not None, "every job of the run has a result by now"
        return ref
