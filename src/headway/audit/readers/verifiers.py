"""verifiers and prime-rl: an episode a line, whose traces are graphs of messages; one agent's trace is one rollout.

A trace's reward is the sum of score times weight over its named rewards, and null where scoring did not run. What the
policy wrote are the sampled nodes on the path to the last leaf: earlier leaves are attempts that were gone back on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from headway.audit.files import Found
from headway.audit.problems import BadRow, Problems
from headway.audit.readers.names import NAMES, finish_of
from headway.audit.readers.place import split_in, step_in
from headway.audit.readers.reader import Columns, Reader, first_value, has
from headway.audit.rows import Rollout, Row, frames
from headway.audit.values import content, digest, listed, mapping, number, numbers, share, whole, words

SUBSET = "rows of a subset (`effective`) of a file beside it, left out"


@dataclass(frozen=True)
class Episodes(Reader):
    """`traces.jsonl` of verifiers 0.4 and of prime-rl."""

    name = "verifiers episodes"

    def recognises(self, found: Found) -> str | None:
        traces = any(
            isinstance(mapping(one).get("nodes"), list) for row in found.head for one in listed(row.get("traces"))
        )
        if found.kind in ("jsonl", "json") and has(found, "task", "traces") and traces:
            return "episodes with a task and traces of nodes"
        return None

    def columns(self, found: Found) -> Columns:
        return {
            "step": "run.work.step, or the folder's name",
            "task": "task.key",
            "prompt": "nodes that were not sampled",
            "text": "sampled nodes on the last path",
            "reward": "rewards: score × weight",
            "gold": f"metrics: the first of {', '.join(NAMES['gold'][:4])}",
            "logprob": "nodes' logprobs",
            "entropy": "nodes' entropies",
            "tokens": "usage, or nodes' logprobs",
            "finish": "calls' finish_reason",
            "domain": "env.name",
            "author": "agent.name",
        }

    def read(self, found: Found, problems: Problems) -> Iterator[pl.DataFrame]:
        whole_set = found.path.parent.parent / "all" / found.path.name
        if found.path.parent.name == "effective" and whole_set.is_file():
            problems.add(SUBSET, found.name)
            return
        yield from frames(found, problems, self.rows(found))

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        named, split = step_in(found.name), split_in(found.name)

        def converted(row: Row) -> Iterable[Rollout]:
            run = mapping(row.get("run"))
            work = mapping(run.get("work"))
            step = whole(work.get("step"), "run.work.step")
            kind = split_in(str(work.get("type") or run.get("type") or ""))
            task = mapping(row.get("task"))
            for trace in listed(row.get("traces")):
                trace = mapping(trace)
                if mapping(trace.get("agent")).get("trainable") is False:
                    continue  # a judge or an opponent, which is not what is trained
                yield {
                    "step": step if step is not None else named if named is not None else 0,
                    "split": split or kind or ("train" if step is not None or named is not None else "eval"),
                    "domain": words(mapping(row.get("env")).get("name"), "env.name"),
                    **of_trace(trace, task),
                }

        return converted


def of_trace(trace: Mapping[str, Any], task: Mapping[str, Any]) -> Rollout:
    """One agent's trace as a rollout."""
    nodes = [mapping(node) for node in listed(trace.get("nodes"))]
    path = last_path(nodes)
    sampled = [node for node in path if node.get("sampled") is True]
    before = path[: next((place for place, node in enumerate(path) if node.get("sampled") is True), len(path))]
    prompt = "\n".join(f"{said.get('role') or '?'}: {content(said, 'message')}" for said in _messages(before))
    logprobs = [value for node in sampled for value in numbers(node.get("logprobs"))]
    entropies = [value for node in sampled for value in numbers(node.get("entropies"))]
    calls = [mapping(call) for call in listed(trace.get("calls"))]
    agent = mapping(trace.get("agent"))
    key = first_value(task, ("key", "hash")) or first_value(mapping(trace.get("task")), ("key", "hash"))
    spent = [whole(mapping(call.get("usage")).get("completion_tokens"), "completion_tokens") for call in calls]
    return {
        "task": words(key, "task.key") if key is not None else digest(prompt),
        "prompt": prompt or None,
        "text": reply(trace, sampled),
        "reward": weighted(trace.get("rewards")),
        "gold": share(first_value(mapping(trace.get("metrics")), NAMES["gold"])),
        "logprob": sum(logprobs) if logprobs else None,
        "entropy": sum(entropies) / len(entropies) if entropies else None,
        "tokens": sum(one for one in spent if one is not None) or len(logprobs) or None,
        "finish": finish_of(calls[-1].get("finish_reason")) if calls else None,
        "author": words(agent.get("name"), "agent.name"),
    }


def last_path(nodes: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The nodes from the root to the last leaf; BadRow where parents do not lead to a root."""
    path: list[Mapping[str, Any]] = []
    place: Any = len(nodes) - 1 if nodes else None  # the last node is nobody's parent
    while place is not None:
        if not isinstance(place, int) or not 0 <= place < len(nodes) or len(path) > len(nodes):
            raise BadRow(f"has a node whose parent is {place!r}, which leads to no root")
        path.append(nodes[place])
        place = nodes[place].get("parent")
    return path[::-1]


def reply(trace: Mapping[str, Any], sampled: list[Mapping[str, Any]]) -> str:
    """What was written: with agents below it, the answer of the one at the root."""
    if trace.get("root_reply") is not None:
        return words(trace["root_reply"], "root_reply") or ""
    return "\n".join(content(said, "message") for said in _messages(sampled))


def weighted(rewards: Any) -> float | None:
    """Score times weight, summed over the rewards that were scored; None where none was."""
    found = [mapping(one) for one in mapping(rewards).values() if one is not None]
    values = [
        score * (1.0 if (weight := number(one.get("weight"), "weight")) is None else weight)
        for one in found
        if (score := number(one.get("score"), "score")) is not None
    ]
    return sum(values) if values else None


def _messages(nodes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [mapping(node.get("message")) for node in nodes]
