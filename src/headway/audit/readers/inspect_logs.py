"""inspect-ai: `.eval`, a zip whose members are packed with Zstandard, and the same log as one JSON file.

An evaluation optimises nothing, so there is no reward; what its first scorer says of a sample is the gold. A log is a
step: by the number in the model's name, or else by the time at which it was begun.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from headway.audit.archives import json_member, members
from headway.audit.files import Found
from headway.audit.problems import UNREADABLE_ROW, BadFile, BadRow, Problems
from headway.audit.readers.names import finish_of
from headway.audit.readers.place import date_in, root_of, step_in
from headway.audit.readers.reader import Columns, Reader, has
from headway.audit.rows import Rollout, Row, frames
from headway.audit.values import asked, listed, mapping, numbers, share, whole, words

HEADERS = ("header.json", "_journal/start.json")
"""Where the eval's own facts are: in a log that is whole, and in one whose run was stopped."""
ATTACHED = "attachment://"


@dataclass(frozen=True)
class InspectLog(Reader):
    """A sample's id is the task, an epoch an attempt at it."""

    name = "inspect log"
    split = "eval"

    def recognises(self, found: Found) -> str | None:
        if found.kind == "zip" and any(name.startswith("samples/") for name in found.columns):
            return "a zip with samples/*.json"
        if found.kind == "json" and has(found, "eval", "samples"):
            return "a JSON log with eval and samples"
        return None

    def columns(self, found: Found) -> Columns:
        return {
            "step": "the number in the model's name, or the time",
            "task": "sample id",
            "prompt": "input",
            "text": "output.completion",
            "answer": "scores: answer",
            "gold": "scores: the first scorer's value",
            "logprob": "output.choices: logprobs",
            "tokens": "output.usage.output_tokens",
            "finish": "output.choices: stop_reason",
            "domain": "eval.task",
        }

    def root(self, found: Found) -> Path:
        """The folder of the log; models without a number are no checkpoints of one run, and each has its own."""
        model = model_of(header_of(found))
        root = root_of(found)
        return root if step_in(model) is not None or not model else root / model

    def read(self, found: Found, problems: Problems) -> Iterator[pl.DataFrame]:
        header = header_of(found, problems)
        about = mapping(header.get("eval"))
        step = step_in(model_of(header))
        if step is None:
            step = date_in(words(about.get("created"), "eval.created") or "") or 0
        fixed: Rollout = {"step": step, "split": "eval", "domain": words(about.get("task"), "eval.task")}
        samples = zipped(found, problems) if found.kind == "zip" else listed_samples(found)
        yield from frames(found, problems, lambda sample: [{**fixed, **of_sample(sample)}], rows=samples)


def header_of(found: Found, problems: Problems | None = None) -> Row:
    """The eval's own facts; empty where the log has none, or none that is whole, which is counted."""
    if found.kind == "json":
        return found.head[0]
    for info in members(found.path):
        if info.filename in HEADERS:
            try:
                return mapping(json_member(found.path, info))
            except BadFile as error:
                if problems is not None:
                    problems.add(UNREADABLE_ROW, f"{found.name}, {info.filename}: {error}")
    return {}


def model_of(header: Row) -> str:
    """The model's name without its provider; empty where there is none."""
    name = mapping(header.get("eval")).get("model")
    return name.rsplit("/", 1)[-1] if isinstance(name, str) else ""


def zipped(found: Found, problems: Problems) -> Iterator[tuple[str, Row]]:
    """Every sample of a zip."""
    for info in sorted(members(found.path), key=lambda info: info.filename):
        name = info.filename
        if not (name.startswith("samples/") and name.endswith(".json")):
            continue
        try:
            sample = json_member(found.path, info)
        except BadFile as error:
            problems.add(UNREADABLE_ROW, f"{found.name}, {name}: {error}")
            continue
        if isinstance(sample, Mapping):
            yield f"{found.name}, {name}", sample
        else:
            problems.add(UNREADABLE_ROW, f"{found.name}, {name}: is not a JSON object")


def listed_samples(found: Found) -> Iterator[tuple[str, Row]]:
    """Every sample of a log that is one JSON document."""
    samples = listed(found.head[0].get("samples"))
    return ((f"{found.name}, sample {place + 1}", mapping(one)) for place, one in enumerate(samples))


def of_sample(sample: Row) -> Rollout:
    """One sample as a rollout; a sample that ended in an error has nothing to say."""
    if sample.get("id") is None:
        raise BadRow("has no id")
    if sample.get("error") is not None:
        raise BadRow("ended in an error, so that nothing was judged")
    output = mapping(sample.get("output"))
    choice = mapping(next(iter(listed(output.get("choices"))), None))
    score = mapping(next(iter(mapping(sample.get("scores")).values()), None))
    tokens = [mapping(one).get("logprob") for one in listed(mapping(choice.get("logprobs")).get("content"))]
    logprobs = numbers(tokens)
    attachments = mapping(sample.get("attachments"))
    limit = mapping(sample.get("limit")).get("type")
    return {
        "task": words(sample["id"], "id"),
        "prompt": attached(asked(sample.get("input"), "input"), attachments),
        "text": attached(completion(output, choice), attachments),
        "answer": words(score.get("answer"), "answer"),
        "gold": grade(score.get("value")),
        "logprob": sum(logprobs) if logprobs else None,
        "tokens": whole(mapping(output.get("usage")).get("output_tokens"), "output_tokens"),
        "finish": finish_of(limit or choice.get("stop_reason")),
    }


def completion(output: Mapping[str, Any], choice: Mapping[str, Any]) -> str | None:
    """What the model wrote last."""
    if output.get("completion") is not None:
        return words(output["completion"], "completion")
    return words(mapping(choice.get("message")).get("content"), "content")


def attached(text: str | None, attachments: Mapping[str, Any]) -> str | None:
    """The text, or what it stands for: long texts are kept apart under their hash."""
    if text is None or ATTACHED not in text:
        return text
    for key, value in attachments.items():
        if isinstance(value, str):
            text = text.replace(f"{ATTACHED}{key}", words(value, "attachments") or "")
    return text


def grade(value: Any) -> float | None:
    """A score as a share: a letter, a number, a truth value; the first of a list, or of an object's values."""
    if isinstance(value, Mapping):
        value = next(iter(value.values()), None)
    if isinstance(value, list):
        value = next(iter(value), None)
    return share(value)
