"""verifiers up to 0.3: `results.jsonl`, a rollout a line, its metrics also at the top."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.names import NAMES, finish_of
from headway.audit.readers.place import split_in, step_in
from headway.audit.readers.reader import Columns, Reader, first_value, has
from headway.audit.rows import Rollout, Row
from headway.audit.values import asked, mapping, number, share, whole, words, written


@dataclass(frozen=True)
class Results(Reader):
    """An evaluation, or one step of a run where the path says which."""

    name = "verifiers results (before 0.4)"

    def recognises(self, found: Found) -> str | None:
        if found.kind in ("jsonl", "parquet") and has(found, "example_id", "prompt", "completion", "reward"):
            return "rows with example_id, prompt, completion and reward"
        return None

    def columns(self, found: Found) -> Columns:
        return {
            "step": "the path",
            "task": "example_id",
            "prompt": "prompt",
            "text": "completion",
            "reward": "reward",
            "gold": f"metrics: the first of {', '.join(NAMES['gold'][:4])}",
            "tokens": "token_usage.output_tokens",
            "finish": "is_truncated, stop_condition",
            "domain": "task",
        }

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        named = step_in(found.name)
        split = split_in(found.name) or ("eval" if named is None else "train")

        def converted(row: Row) -> Iterable[Rollout]:
            if row.get("example_id") is None:
                raise BadRow("has no example_id")
            metrics = mapping(row.get("metrics"))
            cut = row.get("is_truncated") is True
            usage = mapping(row.get("token_usage"))
            yield {
                "step": 0 if named is None else named,
                "split": split,
                "task": words(row["example_id"], "example_id"),
                "prompt": asked(row.get("prompt")),
                "text": written(row.get("completion")),
                "answer": None,
                "reward": number(row.get("reward"), "reward"),
                "gold": share(first_value(metrics, NAMES["gold"])),
                "tokens": whole(first_value(usage, ("output_tokens", "completion_tokens")), "token_usage"),
                "finish": "length" if cut else finish_of(row.get("stop_condition")),
                "domain": words(row.get("task"), "task") if isinstance(row.get("task"), str) else None,
            }

        return converted
