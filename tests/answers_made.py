"""Answers written down without a page."""

from headway.people.answers import Answer


def answer(said, *, who="anna", attempt="a1", task="t1", before="4", **fields):
    """One line of a log; the id counts up from `number`."""
    number = fields.pop("number", None)
    return Answer(
        **{
            "id": f"{who}-{attempt}-{said}-{number}",
            "when": "2026-01-02T03:04:05.678+00:00",
            "who": who,
            "how": "page",
            "run": "r",
            "round": 1,
            "table": "attempts",
            "attempt": attempt,
            "task": task,
            "domain": "sums",
            "level": 1,
            "prompt": "2+2=",
            "kind": "control",
            "said": said,
            "before": before,
            "answer": before,
            **fields,
        }
    )


def written(path, answers):
    """The log that these answers make."""
    path.write_bytes(b"".join(one.line() for one in answers))
    return path
