"""What can be asked, and how an answer is checked against the world."""

from headway.domains.addition import Addition
from headway.domains.file import File
from headway.domains.levelled import Levelled
from headway.domains.puzzles import Puzzles

__all__ = ["Addition", "File", "Levelled", "Puzzles"]
