"""Rollouts in our own columns, as the hooks write them: Parquet or JSON lines."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.place import split_in
from headway.audit.readers.reader import Columns, Reader, has
from headway.audit.rows import Rollout, Row
from headway.audit.values import asked, digest, number, share, whole, words, written
from headway.rollouts import ROLLOUT_COLUMNS


@dataclass(frozen=True)
class Recorded(Reader):
    """Files in the columns of `headway.audit.rollouts`; a task that is absent is the prompt's digest."""

    name = "headway rollouts"

    def recognises(self, found: Found) -> str | None:
        named = has(found, "step", "text") and ("task" in found.columns or "prompt" in found.columns)
        if found.kind in ("jsonl", "parquet") and named and "verdicts" not in found.columns:
            return "rows with step, text and " + ("task" if "task" in found.columns else "prompt")
        return None

    def columns(self, found: Found) -> Columns:
        made = {name: name for name in ROLLOUT_COLUMNS if name in found.columns}
        return made if "task" in made else {**made, "task": "prompt"}

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        split = split_in(found.name)

        def converted(row: Row) -> Iterable[Rollout]:
            step, prompt = whole(row.get("step"), "step"), asked(row.get("prompt"))
            task = words(row.get("task"), "task")
            if step is None or (task is None and prompt is None):
                raise BadRow("has no step, or neither a task nor a prompt")
            yield {
                "step": step,
                "split": split_in(words(row.get("split"), "split") or "") or split or "train",
                "task": task if task is not None else digest(prompt),
                "prompt": prompt,
                "text": written(row.get("text"), "text"),
                "answer": words(row.get("answer"), "answer"),
                "reward": number(row.get("reward"), "reward"),
                "gold": share(row.get("gold")),
                "confidence": share(row.get("confidence")),
                "logprob": number(row.get("logprob"), "logprob"),
                "entropy": number(row.get("entropy"), "entropy"),
                "tokens": whole(row.get("tokens"), "tokens"),
                "finish": words(row.get("finish"), "finish"),
                "domain": words(row.get("domain"), "domain"),
                "level": whole(row.get("level"), "level"),
                "author": words(row.get("author"), "author"),
                "conversation": words(row.get("conversation"), "conversation"),
                **{name: whole(row.get(name), name) for name in ("turn", "context", "errors")},
            }

        return converted
