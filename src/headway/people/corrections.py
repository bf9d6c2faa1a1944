"""What people wrote instead, as attempts: gold in the one table, by the author `user`."""

import hashlib
from collections.abc import Callable, Sequence

from headway.attempts import Attempts
from headway.people.answers import Answer
from headway.people.words import is_for, standing, words

USER = "user"
"""The author of a correction, and the name of the verdict of people."""


def corrections(answers: Sequence[Answer], read: Callable[[str], str | None]) -> Attempts | None:
    """Every text that a person wrote in place of an attempt, once; None where there is none to train on.

    Only tasks of the training half that no exam asks are among them, and only texts that no majority of people
    holds for wrong. `read` gives the answer that a text has, as `Domain.read` does. The ids are the same however often
    the log is read.
    """
    own = [one for one in answers if is_for(one, "train")]
    right = {(word.task, word.about) for word in words(own) if word.verdict == 1.0}
    examined = {one.task for one in answers if one.table == "exam"}
    rows: dict[tuple[str, str], dict] = {}
    for one in standing(own):
        key = (one.task, one.after or "")
        if one.after is not None and key in right and one.task not in examined and key not in rows:
            rows[key] = _row(one, one.after, read)
    return Attempts.of(list(rows.values())) if rows else None


def _row(one: Answer, text: str, read: Callable[[str], str | None]) -> dict:
    digest = hashlib.blake2b(f"{one.task}/{text}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return {
        "task": one.task,
        "domain": one.domain,
        "level": one.level,
        "prompt": one.prompt,
        "id": f"{USER}-{digest}",
        "author": USER,
        "text": text,
        "answer": read(text),
        "verdicts": {USER: 1.0},
    }
