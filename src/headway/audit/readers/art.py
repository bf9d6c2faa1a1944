"""ART: a Parquet file a step with a trajectory a row; older runs have a group of trajectories a line of JSON."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.names import NAMES, finish_of
from headway.audit.readers.place import split_in, step_in
from headway.audit.readers.reader import Columns, Reader, first_value, has
from headway.audit.rows import Rollout, Row
from headway.audit.values import content, digest, listed, mapping, number, numbers, share


@dataclass(frozen=True)
class Art(Reader):
    """What the policy wrote are the messages marked trainable (Parquet) or the choices (JSON)."""

    name = "ART trajectories"

    def recognises(self, found: Found) -> str | None:
        if found.kind == "parquet" and has(found, "group_index", "messages", "reward"):
            return "rows with group_index, messages and reward"
        groups = (listed(row.get("trajectories")) for row in found.head)
        if found.kind == "jsonl" and any("messages_and_choices" in mapping(one) for group in groups for one in group):
            return "groups of trajectories with messages_and_choices"
        return None

    def columns(self, found: Found) -> Columns:
        return {
            "step": "the file's name",
            "task": "messages before the first that was written",
            "prompt": "messages before the first that was written",
            "text": "trainable messages",
            "reward": "reward",
            "gold": f"metrics: the first of {', '.join(NAMES['gold'][:4])}",
        }

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        step, split = step_in(found.name), split_in(found.name) or "train"
        fixed = {"step": 0 if step is None else step, "split": split}

        def converted(row: Row) -> Iterable[Rollout]:
            members = listed(row.get("trajectories")) if "trajectories" in row else [row]
            for member in members:
                one = mapping(member)
                said = [
                    flattened(message) for message in listed(one.get("messages") or one.get("messages_and_choices"))
                ]
                if not said:
                    raise BadRow("has no messages")
                yield {**fixed, **trajectory(said), **scored(one)}

        return converted


def flattened(message: Any) -> Mapping[str, Any]:
    """A message with `trainable`, and of a choice its log-probabilities too."""
    one = mapping(message)
    if "finish_reason" not in one:
        return {"trainable": False, **one}
    logprobs = [mapping(token).get("logprob") for token in listed(mapping(one.get("logprobs")).get("content"))]
    return {**mapping(one.get("message")), "trainable": True, "finish": one["finish_reason"], "logprobs": logprobs}


def trajectory(said: list[Mapping[str, Any]]) -> Rollout:
    """Prompt and text of one conversation."""
    first = next((place for place, one in enumerate(said) if one.get("trainable") is True), len(said))
    prompt = "\n".join(f"{one.get('role') or '?'}: {content(one, 'messages')}" for one in said[:first])
    mine = [one for one in said if one.get("trainable") is True]
    logprobs = [value for one in mine for value in numbers(one.get("logprobs"))]
    return {
        "task": digest(prompt),
        "prompt": prompt or None,
        "text": "\n".join(content(one, "messages") for one in mine),
        "logprob": sum(logprobs) if logprobs else None,
        "tokens": len(logprobs) or None,
        "finish": finish_of(mine[-1].get("finish")) if mine else None,
    }


def scored(one: Mapping[str, Any]) -> Rollout:
    """Reward and metrics of one trajectory."""
    metrics = mapping(one.get("metrics"))
    return {"reward": number(one.get("reward"), "reward"), "gold": share(first_value(metrics, NAMES["gold"]))}
