"""What can be asked, and how an answer is checked against the world."""

from headway.domains.addition import Addition
from headway.domains.columns import Columns
from headway.domains.file import File
from headway.domains.gym import Gym
from headway.domains.levelled import Levelled
from headway.domains.mazes import Mazes
from headway.domains.multiplication import Multiplication
from headway.domains.puzzles import Puzzles
from headway.domains.shots import Shots
from headway.domains.strings import Strings
from headway.domains.worksheet import Worksheet

__all__ = [
    "Addition",
    "Columns",
    "File",
    "Gym",
    "Levelled",
    "Mazes",
    "Multiplication",
    "Puzzles",
    "Shots",
    "Strings",
    "Worksheet",
]
