"""The command line: run, resume, show, report. Torch is loaded by a command that trains, not by `--help`."""

from headway.cli.commands import app
from headway.cli.errors import told

__all__ = ["app", "main"]


def main() -> None:
    """The `headway` command; every failure ends in one sentence and an exit code that means something."""
    with told():
        app()
