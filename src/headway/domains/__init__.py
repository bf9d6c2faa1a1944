"""What can be asked, and how an answer is checked against the world."""

from headway.domains.addition import Addition
from headway.domains.arithmetic import Arithmetic
from headway.domains.chained import Chained
from headway.domains.chains import Chains
from headway.domains.coding import Coding
from headway.domains.columns import Columns
from headway.domains.facts import Facts
from headway.domains.file import File
from headway.domains.functions import Functions
from headway.domains.gym import Gym
from headway.domains.levelled import Levelled
from headway.domains.lookups import Lookups
from headway.domains.mazes import Mazes
from headway.domains.multiplication import Multiplication
from headway.domains.outcomes import Goods, Sentences
from headway.domains.posable import Posable, Posed
from headway.domains.programs import Programs
from headway.domains.puzzles import Puzzles
from headway.domains.shots import Shots
from headway.domains.stated import Stated
from headway.domains.strings import Strings
from headway.domains.tested import Tested
from headway.domains.verse import Verse
from headway.domains.witnesses import Witnesses
from headway.domains.worksheet import Worksheet

__all__ = [
    "Addition",
    "Arithmetic",
    "Chained",
    "Chains",
    "Coding",
    "Columns",
    "Facts",
    "File",
    "Functions",
    "Goods",
    "Gym",
    "Levelled",
    "Lookups",
    "Mazes",
    "Multiplication",
    "Posable",
    "Posed",
    "Programs",
    "Puzzles",
    "Sentences",
    "Shots",
    "Stated",
    "Strings",
    "Tested",
    "Verse",
    "Witnesses",
    "Worksheet",
]
