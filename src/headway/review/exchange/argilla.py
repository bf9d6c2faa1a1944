"""Argilla: records as `Dataset.records.to_json` writes them and `from_json` reads them (argilla 2.8).

A record has `id`, `fields`, `metadata`, `suggestions` (question to value, score, agent), `responses` (question to a
list of value and user id), `vectors`, `status` and `_server_id`. The dataset needs these settings:

    rg.Settings(
        fields=[rg.TextField("prompt"), rg.TextField("attempt")],
        questions=[
            rg.LabelQuestion("verdict", labels=["accept", "reject"]),
            rg.TextQuestion("correction", required=False),
        ],
        allow_extra_metadata=True,
    )

Argilla knows people by UUID: a reviewer's is made from the name, and `metadata.who` gives the names back.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headway.people.answers import Answer
from headway.report.words import prompt_text
from headway.review.exchange.taken import ACCEPT, REJECT, Taken, about, kind_in, said_by
from headway.review.queue import Item

HOW = "argilla"
PEOPLE = uuid.uuid5(uuid.NAMESPACE_URL, "headway:reviewer")


def user_id(who: str) -> str:
    """The UUID by which a reviewer of this name goes."""
    return str(uuid.uuid5(PEOPLE, who))


def records(items: Sequence[Item], answers: Sequence[Answer], run: str) -> list[dict[str, Any]]:
    """A record an attempt with the standing `answers` as responses; skipped attempts have none, as in Argilla."""
    return [
        _record(item, [one for one in answers if one.key == item.key and one.said != "skip"], run) for item in items
    ]


def _record(item: Item, answers: Sequence[Answer], run: str) -> dict[str, Any]:
    responses: dict[str, list[dict[str, str]]] = {}
    for one in answers:
        value = ACCEPT if one.said == ACCEPT else REJECT
        responses.setdefault("verdict", []).append({"value": value, "user_id": user_id(one.who)})
        if one.after is not None:
            responses.setdefault("correction", []).append({"value": one.after, "user_id": user_id(one.who)})
    text = item.attempt.text
    return {
        "id": item.key,
        "fields": {"prompt": prompt_text(item.attempt.prompt), "attempt": text},
        "metadata": {**about(item, run), "who": [one.who for one in answers]},
        "suggestions": {"correction": {"value": text, "score": None, "agent": item.attempt.author}},
        "responses": responses,
        "vectors": {},
        "status": "pending",
        "_server_id": None,
    }


def is_record(row: Mapping[str, Any]) -> bool:
    """Whether this object is a record of Argilla."""
    return "fields" in row and "responses" in row


def taken(row: Mapping[str, Any]) -> Iterator[Taken]:
    """What each person said of the attempt of a record, in the order in which they are first named."""
    metadata, responses = row.get("metadata") or {}, row.get("responses") or {}
    names = {user_id(who): who for who in metadata.get("who") or []}
    text = (row.get("fields") or {}).get("attempt")
    by_user: dict[str, dict[str, Any]] = {}
    for question, given in responses.items():
        for response in given:
            by_user.setdefault(str(response.get("user_id")), {})[question] = response.get("value")
    for user, values in by_user.items():
        said = said_by(values.get("verdict"), values.get("correction"), text)
        if said is not None:
            who = names.get(user, user)
            yield Taken(str(row.get("id")), metadata.get("run"), text, who, *said, kind_in(metadata), HOW)
