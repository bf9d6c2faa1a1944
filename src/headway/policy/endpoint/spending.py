"""How hard a server may be pressed, what may be spent on it, and what was."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """How hard a server may be pressed, and how much may be spent on it; None is no limit."""

    concurrency: int = 32
    tries: int = 12
    seconds: float = 120.0
    calls: int | None = None
    tokens: int | None = None


@dataclass
class Spent:
    """What was sent so far; replies from the cache cost nothing."""

    calls: int = 0
    tokens: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    """How often each kind of fault was met."""

    def fault(self, kind: str) -> None:
        """Count one more of this kind."""
        self.faults[kind] = self.faults.get(kind, 0) + 1


@dataclass(frozen=True)
class Cost:
    """What asking would cost at most, before it is asked: calls, and tokens read and written (estimated)."""

    calls: int
    tokens: int

    def __str__(self) -> str:
        return f"at most {self.calls:,} calls and about {self.tokens:,} tokens"
