"""Room 3: opinions of attempts, and whose weights each opinion reads."""

from headway.verify.agreement import Agreement
from headway.verify.opinion import Opinion
from headway.verify.sure import Sure
from headway.verify.tool import Tool
from headway.verify.user import User
from headway.verify.vote import Vote

__all__ = ["Agreement", "Opinion", "Sure", "Tool", "User", "Vote"]
