"""What could not be read, counted by kind, with the first places of each: nothing is dropped in silence."""

from dataclasses import dataclass, field

KEPT = 5
"""Places that are kept of each kind; the rest is counted."""


class BadRow(ValueError):
    """A row that cannot be read as a rollout; the message says which field and what it holds."""


class BadFile(ValueError):
    """A file that cannot be read any further; the message says why and what to do."""


class NothingToAudit(ValueError):
    """There is nothing at this path that an audit can read; the message says what was there and what would help."""


@dataclass
class Problem:
    """One kind of trouble: how many rows or files had it, and the first places."""

    kind: str
    count: int = 0
    found: int = 0
    """At how many places; a place may have several rows."""
    places: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        rest = self.found - len(self.places)
        more = f"; and {rest:,} more" if rest > 0 else ""
        return f"{self.kind} ({self.count:,}): {'; '.join(self.places)}{more}"


@dataclass
class Problems:
    """Everything that went wrong or was set aside while a log was read."""

    kinds: dict[str, Problem] = field(default_factory=dict)

    def add(self, kind: str, place: str, count: int = 1) -> None:
        """Count `count` rows or files of this kind; `place` names the file, the line and the reason."""
        problem = self.kinds.setdefault(kind, Problem(kind))
        problem.count += count
        problem.found += 1
        if len(problem.places) < KEPT:
            problem.places.append(place)

    def __iter__(self):
        return iter(self.kinds.values())

    def count(self, kind: str) -> int:
        """How many of this kind."""
        return self.kinds[kind].count if kind in self.kinds else 0


UNREADABLE_ROW = "rows that could not be read"
UNREADABLE_FILE = "files that could not be read"
NOT_FINITE = "rewards that are NaN or infinite, read as absent"
CUT = "texts longer than an audit reads, cut"
MENDED = "lines that were not UTF-8, mended"
SAME_FILE = "files with the same content as another, read once"
REPEATED = "rows that the log repeats, read once"
PICKLED = "pickles, which can run any code when they are read and are left alone"
UNRELATED = "files that no reader knows"
