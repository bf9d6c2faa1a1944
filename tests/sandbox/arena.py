"""A place to run attacks in: namespaces of its own, a read-only root, nothing writable but memory, planted canaries."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from headway.sandbox.jail import bubblewrap

REPOSITORY = Path(__file__).resolve().parents[2]
PIDS = Path("/sys/fs/cgroup/pids")
MOST_PROCESSES = 300


def command(home: str = "/root") -> list[str]:
    """What comes before a command that is to run in the arena."""
    wrap = bubblewrap()
    assert wrap is not None
    made = [wrap, "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/", "--dev", "/dev"]
    made += ["--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--tmpfs", home, "--chdir", "/tmp"]
    for path in (sys.base_prefix, sys.prefix, str(REPOSITORY)):
        made += ["--ro-bind", path, path]
    variables = {"PATH": os.environ["PATH"], "HOME": home, "PYTHONPATH": str(REPOSITORY / "src")}
    made += ["--clearenv"]
    for name, value in variables.items():
        made += ["--setenv", name, value]
    return made


@lru_cache(maxsize=1)
def missing() -> str | None:
    """Why there can be no arena on this machine; None where there can."""
    if bubblewrap() is None:
        return "attacks are run inside bubblewrap only, and there is none: pip install 'headway[sandbox]'"
    tried = subprocess.run([*command(), "true"], capture_output=True, text=True, check=False)
    return f"this kernel gives no namespaces to bubblewrap: {tried.stderr.strip()}" if tried.returncode else None


@contextmanager
def few_processes() -> Iterator[str | None]:
    """A control group that ends a fork bomb; None where this user may not make one."""
    folder = PIDS / f"headway-arena-{os.getpid()}"
    try:
        folder.mkdir()
        (folder / "pids.max").write_text(str(MOST_PROCESSES))
    except OSError:
        yield None
        return
    try:
        yield str(folder / "cgroup.procs")
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    for _ in range(100):  # the last processes of the arena may still be dying
        try:
            folder.rmdir()
            return
        except OSError:
            time.sleep(0.05)


def inside(*arguments: str, seconds: float = 600.0) -> list[dict]:
    """The lines of JSON that `python inside.py ARGUMENTS` prints in the arena."""
    with few_processes() as group:
        enter = f"echo $$ > {group}; exec " if group else "exec "
        words = [*command(), sys.executable, str(REPOSITORY / "tests/sandbox/inside.py"), *arguments]
        ran = subprocess.run(
            ["sh", "-c", enter + '"$@"', "sh", *words], capture_output=True, text=True, timeout=seconds, check=False
        )
    assert ran.returncode == 0, f"the arena ended with {ran.returncode}: {ran.stderr[-2000:]}"
    return [json.loads(line) for line in ran.stdout.splitlines()]
