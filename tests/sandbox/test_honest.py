"""Programs that are right are never refused, and verdicts do not depend on the neighbours."""

import contextlib
import copy
import io
import os
import subprocess
import sys
import types
import warnings
from pathlib import Path

import pytest
import walls_here
from honest import Honest, programs

from headway.attempts import WORLD
from headway.domains import Programs
from headway.sandbox.candidate import Candidate, Case
from headway.sandbox.limits import Limits
from headway.sandbox.sandbox import Sandbox


def in_this_process(honest: Honest) -> Candidate:
    """The program with tests that expect what it gives when it is run right here, as it may be: it is ours."""
    module = types.ModuleType("candidate")
    sys.modules["candidate"] = module
    limit = sys.getrecursionlimit()
    nowhere = io.StringIO()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(honest.source, "candidate", "exec"), module.__dict__)
        cases = [Case(inputs, module.solve(*copy.deepcopy(inputs))) for inputs in honest.inputs]
    sys.setrecursionlimit(limit)
    return Candidate(honest.source, "solve", tuple(cases))


def honest_candidates() -> list[Candidate]:
    """Hand-written programs of many styles, and right answers to small tasks."""
    domain = Programs()
    gold = domain.graded(160, 0)
    right = gold.filter(gold.verdict(WORLD) == 1.0)
    return [in_this_process(one) for one in programs()] + [
        domain.candidate(one.prompt, one.truth, one.answer or "") for one in right
    ]


def test_no_honest_program_is_refused():
    candidates = honest_candidates()
    assert len(candidates) >= 300
    tier = walls_here.best()
    with Sandbox(Limits(cpu=5.0), least=tier) as sandbox:
        verdicts = sandbox.judge(candidates)
    pairs = zip(candidates, verdicts, strict=True)
    assert [(one.source, said) for one, said in pairs if said.outcome != "pass"] == []


WORKS = "def solve(n):\n    total = 0\n    for i in range(n): total += i * i % 7\n    return total\n"
SLEEPS = "import time\ndef solve(n):\n    time.sleep(n)\n    return n\n"
NEVER = "def solve(n):\n    while True: pass\n"


def mixed() -> list[Candidate]:
    """Programs of every outcome, some of which work for a quarter of a second of processor time."""
    work = sum(i * i % 7 for i in range(2_000_000))
    return [
        *honest_candidates()[::5],
        *[Candidate(WORKS, "solve", (Case((2_000_000,), work + wrong),)) for wrong in (0, 0, 0, 0, 1, 1)],
        *[Candidate(SLEEPS, "solve", (Case((seconds,), seconds),)) for seconds in (0.2, 60)],
        *[Candidate(NEVER, "solve", (Case((1,), 1),)) for _ in range(4)],
    ]


@pytest.mark.slow
def test_verdicts_are_the_same_under_full_load():
    walls_here.best()
    candidates = mixed()
    limits = Limits(cpu=1.5, asleep=5.0, wall=300.0)
    with Sandbox(limits) as sandbox:
        quiet = sandbox.judge(candidates)
        busy = [
            subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 1))
        ]
        try:
            loaded = sandbox.judge(candidates)
        finally:
            for one in busy:
                one.kill()
                one.wait()
    assert loaded == quiet
    assert {said.outcome for said in quiet} == {"pass", "fail", "error"}


def resident() -> int:
    """Kilobytes of memory of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def children() -> list[str]:
    """The state of every child of this process."""
    own = [Path(f"/proc/self/task/{thread}/children").read_text().split() for thread in os.listdir("/proc/self/task")]
    return [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] for part in own for child in part]


@pytest.mark.slow
def test_ten_thousand_candidates_leave_nothing_behind():
    walls_here.best()
    right, wrong = (Candidate("def solve(n): return n + 1", "solve", (Case((1,), value),)) for value in (2, 3))
    raises = Candidate("def solve(n): return n[0]", "solve", (Case((1,), 2),))
    with Sandbox(processes=2) as sandbox:
        sandbox.judge([right] * 500)
        memory, descriptors = resident(), len(os.listdir("/proc/self/fd"))
        for _ in range(20):
            outcomes = [said.outcome for said in sandbox.judge([right, wrong, raises, right, wrong] * 100)]
            assert outcomes == ["pass", "fail", "error", "pass", "fail"] * 100
        assert resident() - memory < 5 * 1024
        assert len(os.listdir("/proc/self/fd")) <= descriptors
        assert "Z" not in children()
    assert children() == []
