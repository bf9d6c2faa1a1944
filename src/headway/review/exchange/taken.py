"""One answer out of another tool's file, and what every such file says of an attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headway.people.answers import KINDS, Kind, Said
from headway.review.queue import Item

ACCEPT, REJECT = "accept", "reject"


class ExchangeError(ValueError):
    """A file of another tool that cannot be taken in; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Taken:
    """What somebody said of an attempt in another tool."""

    key: str
    run: str | None
    """The run that the file says it is about."""
    text: str | None
    """The attempt's text as the file has it."""
    who: str
    said: Said
    after: str | None
    kind: Kind
    how: str


def about(item: Item, run: str) -> dict[str, Any]:
    """What a file says of an attempt beside its texts, so that an answer finds its way back."""
    one = item.attempt
    return {
        "run": run,
        "round": item.round,
        "table": item.table,
        "task": one.task,
        "domain": one.domain,
        "level": one.level,
        "kind": item.kind,
    }


def kind_in(data: Mapping[str, Any]) -> Kind:
    """Why the attempt was shown, where the file still says so."""
    return next((kind for kind in KINDS if kind == data.get("kind")), "imported")


def said_by(verdict: Any, correction: Any, text: str | None) -> tuple[Said, str | None] | None:
    """A verdict and a text field as an answer; None where neither says anything.

    A text field that was filled in beforehand and left as it was is no correction.
    """
    if isinstance(correction, str) and correction.strip() and correction != text:
        return "correct", correction
    return (verdict, None) if verdict in (ACCEPT, REJECT) else None
