"""Room 3: opinions of attempts, and whose weights each opinion reads."""

from headway.verify.agreement import Agreement
from headway.verify.assembly import Assembly, Clause, Member
from headway.verify.audited import Audited
from headway.verify.coin import Coin
from headway.verify.decided import Decided
from headway.verify.exit_code import ExitCode
from headway.verify.first_of import FirstOf
from headway.verify.impossible import Impossible
from headway.verify.logic import AllOf, AnyOf
from headway.verify.margin import Margin
from headway.verify.matches import Matches
from headway.verify.opinion import Opinion
from headway.verify.program import Program
from headway.verify.sure import Sure
from headway.verify.tool import Tool
from headway.verify.user import User
from headway.verify.vote import Vote

__all__ = [
    "Agreement",
    "AllOf",
    "AnyOf",
    "Assembly",
    "Audited",
    "Clause",
    "Coin",
    "Decided",
    "ExitCode",
    "FirstOf",
    "Impossible",
    "Margin",
    "Matches",
    "Member",
    "Opinion",
    "Program",
    "Sure",
    "Tool",
    "User",
    "Vote",
]
