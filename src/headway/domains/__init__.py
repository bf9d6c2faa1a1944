"""What can be asked, and how an answer is checked against the world."""

from headway.domains.addition import Addition
from headway.domains.columns import Columns
from headway.domains.file import File
from headway.domains.levelled import Levelled
from headway.domains.puzzles import Puzzles
from headway.domains.strings import Strings

__all__ = ["Addition", "Columns", "File", "Levelled", "Puzzles", "Strings"]
