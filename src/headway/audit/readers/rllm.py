"""rLLM: one JSON file an episode, with the trajectories of its agents."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.names import finish_of
from headway.audit.readers.place import split_in, step_in
from headway.audit.readers.reader import Columns, Reader, has
from headway.audit.rows import Rollout, Row
from headway.audit.values import asked, digest, listed, mapping, messages, number, share, whole, words, written


@dataclass(frozen=True)
class Rllm(Reader):
    """`episodes/train_step_N_epoch_E/episode_*.json`."""

    name = "rLLM episodes"

    def recognises(self, found: Found) -> str | None:
        if found.kind in ("json", "jsonl") and has(found, "episode_id", "task", "trajectories"):
            return "episodes with an episode_id, a task and trajectories"
        return None

    def columns(self, found: Found) -> Columns:
        return {
            "step": "training_step",
            "task": "task_hash",
            "prompt": "task",
            "text": "steps' model_response",
            "reward": "trajectories' reward",
            "gold": "is_correct",
            "finish": "termination_reason",
            "author": "trajectories' name",
        }

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        named, split = step_in(found.name), split_in(found.name) or "train"

        def converted(row: Row) -> Iterable[Rollout]:
            step = whole(row.get("training_step"), "training_step")
            prompt = question(row.get("task"))
            key = row.get("task_hash")
            if key is None and prompt is None:
                raise BadRow("has neither a task nor a task_hash")
            for member in listed(row.get("trajectories")):
                one = mapping(member)
                yield {
                    "step": step if step is not None else named if named is not None else 0,
                    "split": split,
                    "task": words(key, "task_hash") if key is not None else digest(prompt),
                    "prompt": prompt,
                    "text": "\n".join(said(step) or "" for step in listed(one.get("steps"))),
                    "reward": number(one.get("reward"), "reward"),
                    "gold": share(row.get("is_correct")),
                    "finish": finish_of(row.get("termination_reason")),
                    "author": words(one.get("name"), "name"),
                }

        return converted


def question(task: Any) -> str | None:
    """The prompt of a task, which is a text, messages, or an object with one of them."""
    if isinstance(task, Mapping):
        task = next((task[name] for name in ("prompt", "question", "problem", "instruction") if task.get(name)), None)
    return asked(task, "task")


def said(step: Any) -> str | None:
    """What the model wrote in one step: its response, or the last message of the conversation."""
    one = mapping(step)
    if isinstance(one.get("model_response"), str):
        return words(one["model_response"], "model_response")
    conversation = one.get("chat_completions")
    return written([conversation[-1]], "chat_completions") if messages(conversation) else None
