"""Programs and their tests in, verdicts out: several warm processes, each with one candidate at a time."""

import marshal
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from headway.sandbox.candidate import Candidate, refuse_unplain
from headway.sandbox.jail import Jail
from headway.sandbox.limits import Limits
from headway.sandbox.plain import NotPlain, spelled
from headway.sandbox.tiers import TIERS, SandboxLost, SandboxRefused, Tier, at_least
from headway.sandbox.verdict import Verdict, lost, verdict
from headway.sandbox.watch import run

Item = TypeVar("Item")
Made = TypeVar("Made")
RENEW = 1000
"""Candidates after which a warm process is replaced by a fresh one."""
PROBE = """
def attempt(what):
    import os, socket
    try:
        if what == "fork":
            if os.fork() == 0: os._exit(0)
        if what == "socket": socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if what == "file": open("/etc/passwd").read()
        if what == "write": open("/tmp/headway-probe", "w")
        if what == "signal": os.kill(os.getppid(), 0)
        return "allowed"
    except OSError:
        return "refused"
"""
PROBED = ("fork", "socket", "file", "write", "signal")


class Sandbox:
    """Warm processes that run candidates; `least` is the weakest tier that is accepted, `most` the strongest tried.

    SandboxRefused where this machine has less than `least`. Close it, or use it as a context.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        least: Tier = "filtered",
        most: Tier = "walled",
        processes: int | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.least: Tier = least
        self.most: Tier = most
        self.tier: Tier = most
        self.processes = processes or os.cpu_count() or 1
        self._idle: list[tuple[Jail, int]] = []
        self._lock = threading.Lock()
        first = self._strongest()
        self.tier = first.tier
        self._idle.append((first, 0))

    def judge(self, candidates: Sequence[Candidate]) -> list[Verdict]:
        """A verdict for every candidate, in their order."""
        return self._spread(self.one, candidates)

    def one(self, candidate: Candidate) -> Verdict:
        """The verdict on one candidate; where the sandbox itself fails, it is tried once more."""
        try:
            expected = [spelled(case.expected).encode("ascii") for case in candidate.cases]
        except NotPlain:
            refuse_unplain(candidate.cases)  # says which test
            raise
        source = candidate.source.encode("utf-8", "replace")
        if len(source) > self.limits.code << 10:
            return Verdict("error", "too long", None)
        inputs = [case.arguments for case in candidate.cases]
        request = marshal.dumps((source, candidate.entry, inputs))
        said = lost("lost")
        for fresh in (False, True):
            said = self._once(request, expected, len(candidate.cases), fresh)
            if said.outcome != "none":
                break
        return said

    def exit_codes(self, sources: Sequence[str]) -> list[int | None]:
        """What each script leaves with, as `python file.py` would; None where the sandbox stopped it or failed.

        This is what graders by exit code go by. It does not tell whether a program is right: see `docs/sandbox.md`.
        """
        return self._spread(self._exit_code, sources)

    def _exit_code(self, source: str) -> int | None:
        jail: Jail | None = None
        try:
            jail, served = self._take()
            ran = run(jail, marshal.dumps((source.encode("utf-8", "replace"), "", [])), None)
        except SandboxLost:
            if jail is not None:
                jail.close()
            return None
        self._give(jail, served + 1)
        return None if ran.stopped else os.waitstatus_to_exitcode(ran.status)

    def _spread(self, work: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
        if len(items) < 2 or self.processes == 1:
            return [work(item) for item in items]
        with ThreadPoolExecutor(min(self.processes, len(items))) as threads:
            return list(threads.map(work, items))

    def close(self) -> None:
        """End every warm process."""
        with self._lock:
            jails, self._idle = self._idle, []
        for jail, _ in jails:
            jail.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _once(self, request: bytes, expected: list[bytes], cases: int, fresh: bool) -> Verdict:
        try:
            jail, served = self._take(fresh)
        except SandboxLost as reason:
            return lost(str(reason))
        try:
            ran = run(jail, request, expected)
        except SandboxLost as reason:
            jail.close()
            return lost(str(reason))
        self._give(jail, served + 1)
        return verdict(ran, cases, jail.tier)

    def _take(self, fresh: bool = False) -> tuple[Jail, int]:
        """A warm process and how many it has served; a fresh one where none is idle, or where it must be."""
        with self._lock:
            if self._idle and not fresh:
                return self._idle.pop()
        jail = Jail(self.limits, self.tier)
        if not at_least(jail.tier, self.least):
            jail.close()
            raise SandboxLost(f"a fresh sandbox has only the tier {jail.tier}")
        return jail, 0

    def _give(self, jail: Jail, served: int) -> None:
        if served >= RENEW:
            jail.close()
            return
        with self._lock:
            self._idle.append((jail, served))

    def _strongest(self) -> Jail:
        """A warm process in the strongest tier that this machine has and that keeps what it says."""
        found = []
        for wanted in TIERS[TIERS.index(self.most) :]:
            try:
                jail = Jail(self.limits, wanted)
            except SandboxLost as reason:
                found.append(f"{wanted}: {reason}")
                continue
            if jail.tier == wanted and at_least(wanted, self.least) and (wanted == "limited" or holds(jail)):
                return jail
            found.append(f"{wanted}: only {', '.join(sorted(jail.walls)) or 'limits'} stands")
            jail.close()
        raise SandboxRefused(
            f"this machine has no sandbox as strong as {self.least!r} ({'; '.join(found)}); "
            f"untrusted programs are not run without one. A Linux kernel of 5.13 or later has Landlock and seccomp; "
            f"least='limited' runs them with limits only, which keeps verdicts right but not this machine safe"
        )


def holds(jail: Jail) -> bool:
    """Whether a probe inside is refused what the walls are to refuse."""
    refused = spelled("refused").encode("ascii")
    inputs = [(what,) for what in PROBED]
    ran = run(jail, marshal.dumps((PROBE.encode(), "attempt", inputs)), [refused] * len(inputs))
    return ran.clean and ran.heard.right == len(inputs)
