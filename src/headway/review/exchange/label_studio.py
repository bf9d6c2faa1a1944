"""Label Studio: tasks as its JSON export writes them and its import reads them (JSON-MIN has another shape).

A task has `data` and `annotations`; an annotation has `result`, `was_cancelled` and, once Label Studio has it, an id
and `completed_by`. Label Studio knows people by its own numbers, so the name of a reviewer travels in `meta.text` of a
result, which Label Studio keeps as it is.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headway.people.answers import Answer
from headway.report.words import prompt_text
from headway.review.exchange.taken import ACCEPT, REJECT, Taken, about, kind_in, said_by
from headway.review.queue import Item

HOW = "label-studio"
LABELLING = """<View>
  <Header value="Task"/>
  <Text name="prompt" value="$prompt"/>
  <Header value="Attempt"/>
  <Text name="attempt" value="$attempt"/>
  <Choices name="verdict" toName="attempt" choice="single" required="true">
    <Choice value="accept" hotkey="a"/>
    <Choice value="reject" hotkey="r"/>
  </Choices>
  <TextArea name="correction" toName="attempt" value="$attempt" maxSubmissions="1" editable="true"/>
</View>
"""
"""The labelling configuration that a project needs."""


def tasks(items: Sequence[Item], answers: Sequence[Answer], run: str) -> list[dict[str, Any]]:
    """A task an attempt with the standing `answers` as annotations; a skipped attempt is a cancelled annotation."""
    return [
        {
            "data": {
                "prompt": prompt_text(item.attempt.prompt),
                "attempt": item.attempt.text,
                "key": item.key,
                **about(item, run),
            },
            "annotations": [_annotation(one) for one in answers if one.key == item.key],
            "predictions": [],
        }
        for item in items
    ]


def _annotation(one: Answer) -> dict[str, Any]:
    verdict = {"choices": [ACCEPT if one.said == ACCEPT else REJECT]}
    result = [] if one.said == "skip" else [_result(one, "verdict", "choices", verdict)]
    if one.after is not None:
        result.append(_result(one, "correction", "textarea", {"text": [one.after]}))
    if one.said == "skip":
        result.append(_result(one, "correction", "textarea", {"text": [one.before]}))  # holds the name of who skipped
    return {
        "result": result,
        "was_cancelled": one.said == "skip",
        "ground_truth": False,
        "created_at": one.when,
        "updated_at": one.when,
        "lead_time": None,
    }


def _result(one: Answer, name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    region = hashlib.blake2b(f"{one.id}/{name}".encode(), digest_size=5).hexdigest()
    return {
        "id": region,
        "from_name": name,
        "to_name": "attempt",
        "type": kind,
        "value": value,
        "meta": {"text": [one.who]},
        "origin": "manual",
    }


def is_task(row: Mapping[str, Any]) -> bool:
    """Whether this object is a task of Label Studio."""
    return isinstance(row.get("data"), dict) and "annotations" in row


def taken(row: Mapping[str, Any]) -> Iterator[Taken]:
    """What each annotation of a task says, in their order."""
    data = row["data"]
    text = data.get("attempt")
    for annotation in row.get("annotations") or []:
        values: dict[str, Any] = {}
        for one in annotation.get("result") or []:
            values[one.get("from_name")] = _first(one.get("value") or {}, one.get("type"))
        said = said_by(values.get("verdict"), values.get("correction"), text)
        if annotation.get("was_cancelled"):
            said = "skip", None
        if said is not None:
            yield Taken(str(data.get("key")), data.get("run"), text, _who(annotation), *said, kind_in(data), HOW)


def _first(value: Mapping[str, Any], kind: Any) -> Any:
    """The choice, or the text, of a result; both are lists, and a single text may stand alone."""
    found = value.get("choices" if kind == "choices" else "text")
    return found[0] if isinstance(found, list) and found else found


def _who(annotation: Mapping[str, Any]) -> str:
    """Who annotated: the name that we wrote, else what Label Studio says, by email or by number."""
    for one in annotation.get("result") or []:
        named = (one.get("meta") or {}).get("text")
        if named:
            return str(named[0])
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    return f"{HOW} user {by}" if by is None or isinstance(by, int) else str(by)
