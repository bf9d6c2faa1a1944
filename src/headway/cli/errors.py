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

from headway.engine.errors import EngineError
from headway.journal import JournalError
from headway.models import ModelError
from headway.policy.endpoint.errors import EndpointError

STOPPED = 3
INTERRUPTED = 130
WRONG_USE = 2


@contextmanager
def told() -> Iterator[None]:
    """Turn the errors that a user can do something about into sentences; anything else keeps its traceback."""
    try:
        yield
    except (EngineError, JournalError, ModelError) as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except EndpointError as error:
        _say(str(error))
        sys.exit(os.EX_TEMPFAIL)
    except (ValueError, KeyError) as error:
        _say(str(error.args[0]) if error.args else str(error))
        sys.exit(os.EX_USAGE)
    except KeyboardInterrupt:
        _say("interrupted; what was done is safe, `headway resume FOLDER` goes on from there")
        sys.exit(INTERRUPTED)


@contextmanager
def usage_is_two() -> Iterator[None]:
    """For a command whose exit code is its verdict: what a user can do something about ends in a sentence and 2."""
    try:
        yield
    except (ValueError, KeyError, OSError) as error:
        _say(str(error) if isinstance(error, OSError) else str(error.args[0]))
        sys.exit(WRONG_USE)
    except KeyboardInterrupt:
        _say("interrupted; an audit changes nothing and leaves nothing behind")
        sys.exit(INTERRUPTED)


def _say(sentence: str) -> None:
    Console(stderr=True).print(Text.assemble(("headway: ", "bold red"), sentence), soft_wrap=True)
