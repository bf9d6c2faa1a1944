"""Room 3: opinions of attempts, and whose weights each opinion reads."""

from headway.verify.agreement import Agreement
from headway.verify.exit_code import ExitCode
from headway.verify.impossible import Impossible
from headway.verify.opinion import Opinion
from headway.verify.program import Program
from headway.verify.sure import Sure
from headway.verify.tool import Tool
from headway.verify.vote import Vote

__all__ = ["Agreement", "ExitCode", "Impossible", "Opinion", "Program", "Sure", "Tool", "Vote"]
