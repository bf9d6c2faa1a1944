"""No other process: a job is done where it is asked for, when its outcome is asked for."""

from headway.engine.jobs import Capacity, Done, Failed, Job, Lost, Needs, Outcome, Work
from headway.engine.store import Store, Stored, StoreError


class Inline(Stored):
    """One worker, which is this process; it has whatever this process has."""

    def __init__(self, work: Work, store: Store) -> None:
        self.work, self.store = work, store
        self._given: tuple[int, Job] | None = None
        self._tickets = 0

    def submit(self, job: Job) -> int:
        """Keep the job for the next `poll`."""
        self._tickets += 1
        self._given = (self._tickets, job)
        return self._tickets

    def poll(self, seconds: float) -> list[Outcome]:
        """Do the job that was given, however long it takes."""
        if self._given is None:
            return []
        (ticket, job), self._given = self._given, None
        return [outcome_of(self.work, job.text, self.store, ticket)]

    def cancel(self, ticket: int) -> None:
        """Nothing is under way between two calls."""
        self._given = None

    def capacity(self) -> Capacity:
        """One worker, idle unless a job was just given."""
        return Capacity(1, int(self._given is None), Needs(float("inf"), float("inf")))

    def close(self) -> None:
        """Nothing is open."""


def outcome_of(work: Work, text: str, store: Store, ticket: int) -> Outcome:
    """Do one job, keep its result, and say how it ended; an error is told in words, with its type.

    Want of memory, of disk or of an input is this worker's, and not the job's: another may have it.
    """
    try:
        return Done(ticket, store.put(work(text, store)))
    except (MemoryError, OSError, StoreError) as error:
        return Lost(ticket, f"{type(error).__name__}: {error}")
    except Exception as error:  # noqa: BLE001  it is raised again where the job came from
        return Failed(ticket, f"{type(error).__name__}: {error}")
