"""Graders of programs as they are in use, to be compared with: `python bench/graders.py NAME judge|speed ...`.

Run it in the arena of the tests only: most of these give an attack the run of the machine.
"""

import contextlib
import ctypes
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from headway.sandbox.candidate import Candidate, Case
from headway.sandbox.jail import bubblewrap
from headway.sandbox.limits import Limits
from headway.sandbox.sandbox import Sandbox

Tests = Sequence[tuple[list[int], int]]
SECONDS = 60.0
"""A limit in wall-clock, as these graders have it: on a busy machine a shorter one fails right programs."""
BECOME_REAPER = 36


def asserts(tests: Tests) -> str:
    """The tests as a script has them."""
    return "".join(f"assert solve({xs!r}) == {right!r}\n" for xs, right in tests)


def wrapped(words: list[str], folder: str) -> list[str]:
    """A command behind bubblewrap of its own, with one folder to write into."""
    wrap = bubblewrap()
    assert wrap is not None
    opened = [
        wrap,
        "--unshare-all",
        "--die-with-parent",
        "--ro-bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--bind",
        folder,
        folder,
    ]
    return [*opened, "--chdir", folder, *words]


def left_with_0(words: list[str], name: str, text: str, *, wall: bool) -> bool:
    """Whether a command on a file with this text leaves with code 0."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_text(text)
        command = wrapped([*words, name], folder) if wall else [*words, name]
        try:
            ran = subprocess.run(command, cwd=folder, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return False
        return ran.returncode == 0


def fresh(source: str, tests: Tests, *, wall: bool = True) -> bool:
    """A fresh interpreter runs program and asserts; exit code 0 is right."""
    return left_with_0([sys.executable, "-I", "-S"], "solution.py", source + "\n" + asserts(tests), wall=wall)


def by_pytest(source: str, tests: Tests, *, wall: bool = True) -> bool:
    """Pytest runs a file of program and asserts; exit code 0 is right."""
    indented = "".join(f"    {line}\n" for line in asserts(tests).splitlines())
    text = source + "\ndef test_solve():\n" + indented
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # its own work only
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return left_with_0(words, "test_solution.py", text, wall=wall)


def human_eval(source: str, tests: Tests) -> bool:
    """The design of human-eval and code_eval: `exec` in a forked process, which says "passed" in a shared list."""
    context = multiprocessing.get_context("fork")
    with context.Manager() as manager:
        result = manager.list()
        process = context.Process(target=_unsafe_execute, args=(source + "\n" + asserts(tests), result))
        process.start()
        process.join(SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        return bool(result) and result[0] == "passed"


def _unsafe_execute(program: str, result) -> None:
    """As human-eval has it, with its guard against the most usual functions."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        rmtree = __import__("shutil").rmtree
        _guard()
        try:
            exec(program, {})
            result.append("passed")
        except BaseException as problem:  # noqa: BLE001 - as it is there
            result.append(f"failed: {problem}")
        __import__("shutil").rmtree = rmtree
        os._exit(0)


def _guard() -> None:
    import builtins
    import faulthandler
    import shutil

    faulthandler.disable()
    builtins.exit = builtins.quit = None
    for name in ("kill", "system", "putenv", "remove", "removedirs", "rmdir", "fchdir", "setuid", "fork", "forkpty",
                 "killpg", "rename", "renames", "truncate", "replace", "unlink", "fchmod", "fchown", "chmod", "chown",
                 "chroot", "lchown", "getcwd", "chdir"):  # fmt: skip
        setattr(os, name, None)
    shutil.rmtree = shutil.move = shutil.chown = None
    subprocess.Popen = None  # type: ignore[misc,assignment]
    for name in ("ipdb", "joblib", "resource", "psutil", "tkinter"):
        sys.modules[name] = None  # type: ignore[assignment]


def evalplus(source: str, tests: Tests) -> bool:
    """The code of evalplus 0.3.1 itself: outputs are compared in the process that runs the program."""
    from evalplus.eval import untrusted_check

    inputs, expected = [[xs] for xs, _ in tests], [right for _, right in tests]
    status, _ = untrusted_check("humaneval", source, inputs, "solve", expected, 0, [0.1] * len(tests), True, 1.0, 4.0)
    return status == "pass"


def candidate(source: str, tests: Tests) -> Candidate:
    """The program with its tests, as the judge `Program` has it."""
    return Candidate(source, "solve", tuple(Case((xs,), right) for xs, right in tests))


GRADERS: dict[str, Callable[[str, Tests], bool]] = {
    "fresh": fresh,
    "pytest": by_pytest,
    "human_eval": human_eval,
    "evalplus": evalplus,
}
ABOUT = {
    "ours": "`Program`: values compared outside",
    "fresh": "fresh interpreter, exit code 0",
    "pytest": "pytest, exit code 0",
    "human_eval": "human-eval's design",
    "evalplus": "evalplus 0.3.1",
}


def adopt_orphans() -> None:
    """From here on this process is the parent of whatever its children leave behind, and is told what it took."""
    ctypes.CDLL(None).prctl(BECOME_REAPER, 1, 0, 0, 0)


def spent() -> float:
    """Processor seconds of this process and of all that it has started, once they have ended."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def speed(name: str, source: str, tests: Tests, programs: int) -> float:
    """Processor seconds a verdict on this program, which must pass; what starting takes once is not counted."""
    adopt_orphans()
    if name == "ours":
        return _our_speed(candidate(source, tests), programs)
    GRADERS[name](source, tests)
    begun = spent()
    for _ in range(programs):
        if not GRADERS[name](source, tests):
            raise RuntimeError(f"{name} finds a right program wrong")
    return (spent() - begun) / programs


def _our_speed(one: Candidate, programs: int) -> float:
    """As above; what cells took is known once the warm process has ended, so starting one is measured beside."""
    totals = []
    for number in (1, programs + 1):
        begun = spent()
        with Sandbox(Limits(), least="walled", processes=1) as sandbox:
            if any(said.outcome != "pass" for said in sandbox.judge([one] * number)):
                raise RuntimeError("the sandbox finds a right program wrong")
        totals.append(spent() - begun)
    return (totals[1] - totals[0]) / programs


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "sandbox"))
    from attacks import ATTACKS, HONEST, TESTS

    grader, what, argument = sys.argv[1:4]
    if what == "speed":
        print(speed(grader, HONEST, TESTS, int(argument)))
    else:
        sources = {attack.name: attack.code for attack in ATTACKS} | {
            "right": HONEST,
            "wrong": "def solve(xs): return 0",
        }
        print("pass" if GRADERS[grader](sources[argument], TESTS) else "fail", flush=True)
