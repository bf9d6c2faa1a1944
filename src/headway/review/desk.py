"""What the page can ask for: where this person stands, a new answer, the last one taken back, and a difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from headway.people.answers import Answer, Said
from headway.people.words import standing
from headway.report.words import prompt_text, visible
from headway.review.changes import changes
from headway.review.queue import Item, Queue
from headway.review.recording import Recorder, answered

GIVEN: tuple[Said, ...] = ("accept", "reject", "correct", "skip")
"""What a person may say of an attempt."""
LONGEST = 1_000_000
"""Characters that a correction may have."""


class Refused(ValueError):
    """A request that cannot be carried out; the message says why."""


@dataclass(frozen=True)
class Desk:
    """One person at one queue. Nothing is kept here but what the log says, so leaving and coming back loses nothing."""

    queue: Queue
    recorder: Recorder
    who: str

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The attempts that are asked about, by key."""
        return {item.key: item for item in self.queue.items}

    def state(self) -> dict[str, Any]:
        """Everything the page shows. Neither why an attempt is shown nor what any judge said of it is in it."""
        return {
            "run": self.queue.folder.name,
            "what": "held-out tasks" if self.queue.table == "exam" else "training tasks",
            "round": self.queue.round,
            "who": self.who,
            "log": str(self.recorder.path),
            "items": [_shown(item) for item in self.queue.items],
            "answers": self.mine(),
        }

    def mine(self) -> dict[str, dict[str, Any]]:
        """What this person has said that stands, by the key of the attempt."""
        given = standing(self.recorder.answers())
        return {one.key: _said(one) for one in given if one.who == self.who and one.key in self.items}

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Record what is said of `key`; where this person stands then. Refused where it cannot be said."""
        item = self.items.get(str(request.get("key")))
        if item is None:
            raise Refused(f"no attempt {request.get('key')!r} is asked about here; load the page again")
        said = request.get("said")
        if said not in GIVEN:
            raise Refused(f"an answer is one of {', '.join(GIVEN)}, not {said!r}")
        after = _correction(request, item) if said == "correct" else None
        self.recorder.add([answered(self.queue.run, item, self.who, said, after=after)])
        return {"key": item.key, "answers": self.mine()}

    def take_back(self) -> dict[str, Any]:
        """Retract this person's last answer; its attempt, and where this person stands then."""
        gone = self.recorder.take_back(self.who, self.items)
        if gone is None:
            raise Refused("there is nothing to take back")
        return {"key": gone.key, "answers": self.mine()}

    def difference(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What a correction would change in `key`, without recording it."""
        item, after = self.items.get(str(request.get("key"))), request.get("after")
        if item is None or not isinstance(after, str) or len(after) > LONGEST:
            raise Refused("a difference needs the key of an attempt and a text")
        return {"difference": _difference(item.attempt.text, after)}


def _correction(request: Mapping[str, Any], item: Item) -> str:
    after = request.get("after")
    if not isinstance(after, str) or not after.strip():
        raise Refused("a correction needs a text; reject the attempt if there is nothing to put in its place")
    if len(after) > LONGEST:
        raise Refused(f"a correction may have {LONGEST:,} characters, and this one has {len(after):,}")
    if after == _as_typed(item.attempt.text):
        raise Refused("nothing is changed; accept the attempt if it is right as it stands")
    return after


def _as_typed(text: str) -> str:
    """The text as an HTML text field gives it back."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _shown(item: Item) -> dict[str, Any]:
    one = item.attempt
    text = "" if one.text is None else one.text
    return {
        "key": item.key,
        "prompt": visible(prompt_text(one.prompt)),
        "text": _as_typed(text),
        "shown": visible(text),
        "finish": one.finish,
        "level": one.level,
        "domain": one.domain,
    }


def _said(one: Answer) -> dict[str, Any]:
    difference = None if one.after is None else _difference(one.before, one.after)
    return {"said": one.said, "when": one.when, "after": one.after, "difference": difference}


def _difference(before: str, after: str) -> list[list[str]]:
    return [[part.change, visible(part.text)] for part in changes(_as_typed(before), after)]
