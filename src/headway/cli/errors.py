"""Failures as one sentence on standard error and an exit code that means something.

0 done, 3 stopped by the gate, 64 wrong arguments, 65 damaged data, 73 or 77 cannot write there, 75 try
again later (disk full, folder in use), 130 interrupted.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from headway.journal import JournalError
from headway.models import ModelError

STOPPED = 3
INTERRUPTED = 130


@contextmanager
def told() -> Iterator[None]:
    """Turn the errors that a user can do something about into sentences; anything else keeps its traceback."""
    try:
        yield
    except (JournalError, ModelError) as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except (ValueError, KeyError) as error:
        _say(str(error.args[0]) if error.args else str(error))
        sys.exit(os.EX_USAGE)
    except KeyboardInterrupt:
        _say("interrupted; what was done is safe, `headway resume FOLDER` goes on from there")
        sys.exit(INTERRUPTED)


def _say(sentence: str) -> None:
    Console(stderr=True).print(Text.assemble(("headway: ", "bold red"), sentence), soft_wrap=True)
