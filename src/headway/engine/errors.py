"""What can go wrong with an engine, said in sentences with an exit code."""

import os


class EngineError(Exception):
    """Work could not be carried out; the message says what, where, and what to do.

    `exit_code` follows sysexits.h: 75 temporary (workers lost, time over), 64 asked for what the engine has not.
    """

    exit_code = os.EX_TEMPFAIL


class Unsatisfiable(EngineError):
    """A job asks for more than any worker of the engine has, so waiting would not help."""

    exit_code = os.EX_USAGE


class JobFailed(EngineError):
    """A job raised an error, or lost every worker that tried it."""

    exit_code = os.EX_SOFTWARE
