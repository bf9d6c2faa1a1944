"""What a sandbox promises, on the walls that this machine has: nothing here is a stand-in for the kernel."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from textwrap import dedent

import pytest
import walls_here

from headway.sandbox.candidate import Candidate, Case
from headway.sandbox.limits import Limits
from headway.sandbox.sandbox import Sandbox
from headway.sandbox.tiers import SandboxRefused
from headway.sandbox.verdict import Verdict

SPACES = ("user", "pid", "net", "ipc", "uts", "mnt")
QUICK = Limits(cpu=0.5, asleep=0.5)


@pytest.fixture(scope="module")
def sandbox():
    walls_here.best()
    with Sandbox(QUICK, processes=1) as made:
        yield made


def one(source: str, expected=2, arguments=(1,)) -> Candidate:
    return Candidate(dedent(source), "f", (Case(arguments, expected),))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(x): return x + 1", ("pass", "")),
        ("def f(x): return x", ("fail", "test 1 of 1")),
        ("def f(x): return 2.0", ("fail", "test 1 of 1")),
        ("def f(x): return 1 / 0", ("error", "raised ZeroDivisionError")),
        ("def f(x) return", ("error", "raised SyntaxError")),
        ("def g(x): return 2", ("error", "raised KeyError")),
        ("def f(x): return object()", ("error", "not plain: object")),
        ("import os\ndef f(x): os._exit(0)", ("error", "left with code 0")),
        ("import ctypes\ndef f(x): ctypes.string_at(0)", ("error", "died of SIGSEGV")),
        ("def f(x):\n while True: pass", ("error", "cpu")),
        ("import time\ndef f(x): time.sleep(99)", ("error", "asleep")),
        ("import os, time\ndef f(x):\n os.close(3)\n time.sleep(99)", ("error", "asleep")),
        ("import os\ndef f(x):\n os.close(3)\n while True: pass", ("error", "cpu")),
        ("def f(x): return bytearray(1 << 40)", ("error", "memory")),
        ("def f(x): return 'x' * (2 << 20)", ("error", "output")),
        ("def f(x): return 2\n" + "#" * (300 << 10), ("error", "too long")),
    ],
)
def test_a_verdict_says_what_happened(sandbox, source, said):
    verdict = sandbox.one(one(source))
    assert (verdict.outcome, verdict.reason) == said
    assert verdict.tier in (sandbox.tier, None)
    assert verdict.value == float(said[0] == "pass")


def test_a_test_that_expects_what_cannot_be_compared_is_refused(sandbox):
    with pytest.raises(ValueError, match="test 1 holds nan, which is no plain value"):
        sandbox.one(one("def f(x): return x", expected=float("nan")))


def test_no_verdict_is_no_failure():
    assert Verdict("none", "wall", "walled").value is None


def test_the_backstop_gives_no_verdict():
    walls_here.best()
    with Sandbox(Limits(cpu=0.5, asleep=60.0, wall=0.5), processes=1) as sandbox:
        assert sandbox.one(one("import time\ndef f(x): time.sleep(99)")) == Verdict("none", "wall", sandbox.tier)


def test_what_a_candidate_does_to_its_interpreter_is_gone_with_it(sandbox):
    spoil = "import builtins, math\nbuiltins.sum = math.floor = lambda x: 2\ndef f(x): return sum([])"
    assert sandbox.one(one(spoil)).outcome == "pass"
    assert sandbox.one(one("import math\ndef f(x): return math.floor(2.5) + sum([])")).outcome == "pass"


def test_equal_programs_do_equal_things(sandbox):
    """Hashes and random numbers are the same in every cell, so that a verdict can be had again."""
    draws = "import random\ndef f(x): return [random.random(), hash('a'), list({'a', 'b', 'c', 'd'})]"
    again = [sandbox.exit_codes([f"{draws}\nimport zlib, sys; sys.exit(zlib.crc32(repr(f(1)).encode()) % 251)"])[0]]
    again += sandbox.exit_codes([f"{draws}\nimport zlib, sys; sys.exit(zlib.crc32(repr(f(1)).encode()) % 251)"])
    assert again[0] == again[1]


SPY = """
import ctypes, gc, os, sys
{before}
mark = bytes(a ^ 85 for a in {hidden!r})
libc, hits = ctypes.CDLL(None), 0
reading, writing = os.pipe()
pages = {{id(thing) >> 12 for thing in gc.get_objects()}}
for page in sorted({{near for page in pages for near in range(page - 64, page + 64)}}):
    if libc.write(writing, ctypes.c_void_p(page << 12), 4096) == 4096:
        hits += os.read(reading, 4096).count(mark)
sys.exit(min(hits, 200))
"""


def test_no_candidate_can_find_an_earlier_one_in_its_memory():
    """The warm process hands requests on unread, so there is nothing of one candidate in what the next inherits."""
    walls_here.best()
    mark = b"a-candidate-was-here-" + os.urandom(8).hex().encode()
    hidden = bytes(letter ^ 85 for letter in mark)
    spy = SPY.format(before="", hidden=hidden)
    sees_itself = SPY.format(before=f"kept = [{mark!r} + bytes([n]) for n in range(9)]", hidden=hidden)
    with Sandbox(processes=1) as sandbox:
        (before,) = sandbox.exit_codes([spy])
        earlier = f"def f(x): return [{mark.decode()!r} + str(n) for n in range(99)]"
        assert [sandbox.one(one(earlier)).outcome for _ in range(5)] == ["fail"] * 5
        after, itself = sandbox.exit_codes([spy, sees_itself])
    assert before == after
    assert itself > after + 5, "the spy must be able to find what is there"


def test_a_warm_process_that_dies_costs_no_candidate_its_verdict(sandbox):
    assert sandbox.one(one("def f(x): return x + 1")).outcome == "pass"
    jail, _ = sandbox._idle[0]
    os.kill(jail._process.pid, signal.SIGKILL)
    jail._process.wait()
    assert sandbox.one(one("def f(x): return x + 1")).outcome == "pass"
    assert sandbox.one(one("def f(x): return x")).outcome == "fail"


def test_workers_that_come_and_go_leave_the_warm_processes_alive():
    """Processes that die with their parent die with the thread that started them."""
    walls_here.best()
    with Sandbox(QUICK, processes=2) as sandbox:
        started: list = []
        for _ in range(3):
            thread = threading.Thread(target=lambda: sandbox.judge([one("def f(x): return x + 1")] * 4))
            thread.start()
            thread.join()
            started.append({jail._process.pid for jail, _ in sandbox._idle})
            assert all(jail._process.poll() is None for jail, _ in sandbox._idle)
    assert started[0] == started[1] == started[2]


def test_when_the_grader_dies_everything_dies():
    walls_here.best()
    program = (
        "import sys; from headway.sandbox.sandbox import Sandbox; sandbox = Sandbox(processes=1);"
        "print(sandbox._idle[0][0]._process.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as grader:
        assert grader.stdout is not None
        warm = int(grader.stdout.readline())
        watched = os.pidfd_open(warm)
        grader.kill()
    assert select_ready(watched), "the warm process outlived the grader"
    os.close(watched)


def select_ready(descriptor: int) -> bool:
    """Whether the process of this descriptor ends within twenty seconds."""
    return bool(select.select([descriptor], [], [], 20.0)[0])


@pytest.mark.parametrize("tier", ["walled", "unshared", "filtered"])
def test_every_tier_is_what_it_says_and_is_told_in_the_verdict(tier):
    walls_here.need(tier)
    with Sandbox(QUICK, least=tier, most=tier, processes=1) as sandbox:
        assert sandbox.one(one("def f(x): return x + 1")) == Verdict("pass", "", tier)


def test_less_than_was_asked_for_is_refused_with_a_sentence():
    with pytest.raises(SandboxRefused, match=r"no sandbox as strong as 'walled'.*untrusted programs are not run"):
        Sandbox(least="walled", most="unshared")
    with pytest.raises(SandboxRefused, match="least='limited' runs them with limits only"):
        Sandbox(least="filtered", most="limited")


def youngest(process: int) -> int:
    """The last process of the line that began with this one."""
    for thread in os.listdir(f"/proc/{process}/task"):
        for child in Path(f"/proc/{process}/task/{thread}/children").read_text().split():
            return youngest(int(child))
    return process


@pytest.mark.parametrize("tier", ["walled", "unshared", "filtered"])
def test_the_kernel_itself_says_that_a_cell_is_confined(tier):
    walls_here.need(tier)
    with Sandbox(Limits(cpu=1.0, asleep=1.0), least=tier, most=tier, processes=1) as sandbox:
        warm = sandbox._idle[0][0]._process.pid
        before = youngest(warm)
        sleeper = threading.Thread(target=lambda: sandbox.exit_codes(["import time; time.sleep(30)"]))
        sleeper.start()
        while (cell := youngest(warm)) == before:
            time.sleep(0.01)
        time.sleep(0.3)  # a moment to put up the walls
        told = dict(
            line.split(":\t") for line in Path(f"/proc/{cell}/status").read_text().splitlines() if ":\t" in line
        )
        shares = {
            kind for kind in SPACES if os.readlink(f"/proc/{cell}/ns/{kind}") == os.readlink(f"/proc/self/ns/{kind}")
        }
        sleeper.join()
    assert told["NoNewPrivs"] == "1"
    assert told["Seccomp"] == "2"
    assert {int(told[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert shares == (set(SPACES) if tier == "filtered" else set())
