"""What people have said of attempts: the log as it is read, whose word counts, and which half of the tasks it is for.

Reading only. The page where people answer, and everything that writes the log, is `headway.review`.
"""

from headway.people.answers import Answer, LogError, read_log
from headway.people.corrections import corrections
from headway.people.halves import Half, half_of
from headway.people.words import Word, standing, words

__all__ = ["Answer", "Half", "LogError", "Word", "corrections", "half_of", "read_log", "standing", "words"]
