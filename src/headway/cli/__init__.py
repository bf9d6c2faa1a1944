"""The command line: run, resume, show, report. Torch is loaded by a command that trains, not by `--help`."""

import os

from headway.cli.commands import app
from headway.cli.errors import told

__all__ = ["app", "main"]


def main() -> None:
    """The `headway` command; every failure ends in one sentence and an exit code that means something."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when torch is loaded; small matrices are fastest on one thread
    with told():
        app()
