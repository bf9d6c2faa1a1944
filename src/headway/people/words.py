"""From a log to what people now say: each person's last word, and the majority of several people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from headway.people.answers import Answer
from headway.people.halves import Half, half_of

About = Literal["text", "answer"]
"""What a word is about: all that was written, or the part of it that is judged."""


@dataclass(frozen=True)
class Word:
    """What people say of one text at one task: how many hold it for right, and how many for wrong."""

    task: str
    about: str
    """The text, or the answer that judges read in it."""
    accepts: int
    rejects: int

    @property
    def people(self) -> int:
        """How many have said anything."""
        return self.accepts + self.rejects

    @property
    def share(self) -> float:
        """The share of people who accept, in [0, 1]."""
        return self.accepts / self.people

    @property
    def verdict(self) -> float | None:
        """The majority: 1.0 right, 0.0 wrong, None where as many say the one as the other."""
        return None if self.accepts == self.rejects else float(self.accepts > self.rejects)

    @property
    def agreement(self) -> float:
        """The share of people who are with the larger side, in [.5, 1]; 1.0 where one person spoke."""
        return max(self.accepts, self.rejects) / self.people


def standing(answers: Iterable[Answer]) -> list[Answer]:
    """The last answer of each person on each attempt, without what was taken back, oldest first.

    Only the person who gave an answer can take it back; the answer before it then stands again.
    """
    given = list(answers)
    by_id = {one.id: one for one in given}
    gone = {one.retracts for one in given if one.retracts in by_id and by_id[one.retracts].who == one.who}
    last: dict[tuple[str, str, str], Answer] = {}
    for one in given:
        if one.said != "retract" and one.id not in gone:
            key = (one.run, one.who, one.key)
            last.pop(key, None)  # a new answer is the newest, whatever stood in its place
            last[key] = one
    return list(last.values())


def opinions(answers: Sequence[Answer], on: About = "text") -> dict[tuple[str, str], dict[str, bool]]:
    """For every task and text, or answer, by person: whether they hold it for right; their last word counts.

    A correction says two things: that the text before it is wrong, and that the text after it is right.
    """
    found: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    for one in standing(answers):
        about = one.before if on == "text" else one.answer
        if one.said != "skip" and about is not None:
            found[one.task, about][one.who] = one.said == "accept"
        if one.after is not None and on == "text":
            found[one.task, one.after][one.who] = True
    return found


def words(answers: Sequence[Answer], half: Half | None = None, on: About = "text") -> list[Word]:
    """What people say of every text that somebody accepted, rejected or wrote, in the order of the log.

    A word holds for the text at its task, whichever attempt has that text; with `on="answer"` for the answer that
    judges read in it, and then what people wrote themselves, which nobody has read an answer in, has no word. `train`
    leaves out tasks of the other half and all that was said of an exam, which is held out; `gate` leaves out tasks of
    the other half.
    """
    kept = [one for one in answers if half is None or is_for(one, half)]
    return [
        Word(task, about, sum(people.values()), len(people) - sum(people.values()))
        for (task, about), people in opinions(kept, on).items()
    ]


def is_for(answer: Answer, half: Half) -> bool:
    """Whether this answer belongs to that half: training never sees what was said of a held-out task."""
    return half_of(answer.task) == half and not (half == "train" and answer.table == "exam")
