"""Any rows of text: fields by the names that people use, or as `--map completion=…,reward=…,step=…` says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.names import NAMES, finish_of
from headway.audit.readers.place import split_in, step_in
from headway.audit.readers.reader import Columns, Reader, present
from headway.audit.rows import Rollout, Row
from headway.audit.values import asked, digest, mapping, messages, number, share, whole, words, written

SAME = {"completion": "text", "response": "text", "output": "text", "group": "task", "score": "reward"}
"""Words that `--map` takes for our own."""


@dataclass(frozen=True)
class Generic(Reader):
    """`given` maps our columns to fields, a dot for a field inside a field; it stands above every guess."""

    given: Mapping[str, str] = field(default_factory=dict)
    name = "generic rows"

    def recognises(self, found: Found) -> str | None:
        if found.kind not in ("jsonl", "json", "parquet") or not found.head:
            return None
        if self.given:
            known = [column for column in self.given.values() if column.partition(".")[0] in found.columns]
            return f"--map names {', '.join(known)}" if known else None
        columns = self.columns(found)
        if "text" in columns and ("prompt" in columns or "task" in columns or "reward" in columns):
            return "fields named " + ", ".join(
                columns[name] for name in ("prompt", "text", "reward") if name in columns
            )
        return None

    def columns(self, found: Found) -> Columns:
        guessed = {name: column for name, names in NAMES.items() if (column := present(found, names))}
        conversation = {"text": "messages", "prompt": "messages"} if talks(found) and "text" not in guessed else {}
        made = {**guessed, **conversation, **self.given}
        if "task" not in made and "prompt" in made:
            made["task"] = made["prompt"]
        return made

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        columns = dict(self.columns(found))
        split, named = split_in(found.name) or "train", step_in(found.name)
        otherwise = 0 if named is None else named
        talk = columns.get("text") == "messages" and columns.get("prompt") == "messages"

        def converted(row: Row) -> Iterable[Rollout]:
            value = {name: inside(row, column) for name, column in columns.items()}
            if talk:
                value |= parts_of(row.get("messages"))
            prompt, text = asked(value.get("prompt")), written(value.get("text"), columns.get("text", "text"))
            step = whole(value.get("step"), columns.get("step", "step"))
            group = value.get("task") if columns.get("task") != columns.get("prompt") else None
            if text is None and value.get("reward") is None:
                raise BadRow(f"has neither {columns.get('text', 'a text')!r} nor {columns.get('reward', 'a reward')!r}")
            yield {
                "step": otherwise if step is None else step,
                "split": split_in(str(value.get("split") or "")) or split,
                "task": digest(prompt, None) if group is None else words(group, columns["task"]),
                "prompt": prompt,
                "text": text,
                "reward": number(value.get("reward"), columns.get("reward", "reward")),
                **rest_of(value),
            }

        return converted


def rest_of(value: Mapping[str, Any]) -> Rollout:
    """The columns that are never required: a value of another kind is left out rather than losing the row."""
    return {
        "gold": share(value.get("gold")),
        "confidence": share(value.get("confidence")),
        **{name: _number(value.get(name)) for name in ("logprob", "entropy")},
        **{
            name: int(found) if (found := _number(value.get(name))) is not None else None
            for name in ("tokens", "level", "turn", "context", "errors")
        },
        **{name: _word(value.get(name)) for name in ("answer", "domain", "author", "conversation")},
        "finish": finish_of(value.get("finish")),
    }


def inside(row: Row, path: str) -> Any:
    """The field of this name, or the one inside a field that the dots lead to."""
    if path in row:
        return row[path]
    first, _, rest = path.partition(".")
    return inside(mapping(row.get(first)), rest) if rest else None


def talks(found: Found) -> bool:
    """Whether the rows are chats."""
    return bool(found.head) and messages(found.head[0].get("messages"))


def parts_of(conversation: Any) -> dict[str, Any]:
    """Prompt and text of a chat: its last message, and what came before."""
    if not messages(conversation) or conversation[-1].get("role") == "user":
        raise BadRow("'messages' does not end with what the policy wrote")
    return {"prompt": conversation[:-1], "text": conversation[-1:]}


def mapped(text: str | None) -> dict[str, str]:
    """`completion=response,reward=score.total` as our columns to the log's fields; ValueError names what is wrong."""
    made: dict[str, str] = {}
    for pair in (text or "").split(","):
        if not pair.strip():
            continue
        ours, equals, theirs = (part.strip() for part in pair.partition("="))
        ours = SAME.get(ours, ours)
        if not equals or not theirs or ours not in NAMES:
            raise ValueError(
                f"--map has {pair.strip()!r}; write pairs such as completion=FIELD, with {', '.join(NAMES)}"
            )
        made[ours] = theirs
    return made


def _number(value: Any) -> float | None:
    try:
        found = number(value, "")
    except BadRow:
        return None
    return found if found is not None and abs(found) < 2**62 else None


def _word(value: Any) -> str | None:
    try:
        return words(value, "")
    except BadRow:
        return None
