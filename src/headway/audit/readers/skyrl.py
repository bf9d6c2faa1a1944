"""SkyRL's dumps of evaluations: `dumped_evals/global_step_N_evals/{source}.jsonl`; its training dumps are pickles."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.names import finish_of
from headway.audit.readers.place import split_in, step_in
from headway.audit.readers.reader import Columns, Reader, has
from headway.audit.rows import Rollout, Row
from headway.audit.values import asked, digest, listed, number, numbers, words, written


@dataclass(frozen=True)
class SkyRl(Reader):
    """A score is a number, or one for every token, which are summed."""

    name = "SkyRL evaluation dump"
    split = "eval"

    def recognises(self, found: Found) -> str | None:
        if found.kind in ("jsonl", "parquet") and has(found, "input_prompt", "output_response", "score"):
            return "rows with input_prompt, output_response and score"
        return None

    def columns(self, found: Found) -> Columns:
        return {
            "step": "the folder's name",
            "task": "input_prompt",
            "prompt": "input_prompt",
            "text": "output_response",
            "reward": "score",
            "finish": "stop_reason",
            "domain": "data_source",
        }

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        step, split = step_in(found.name), split_in(found.name) or "eval"

        def converted(row: Row) -> Iterable[Rollout]:
            prompt, score = asked(row.get("input_prompt"), "input_prompt"), row.get("score")
            if prompt is None:
                raise BadRow("has no input_prompt")
            tokens = len(listed(score)) or None
            yield {
                "step": 0 if step is None else step,
                "split": split,
                "task": digest(prompt),
                "prompt": prompt,
                "text": written(row.get("output_response"), "output_response"),
                "reward": sum(numbers(score)) if isinstance(score, list) else number(score, "score"),
                "tokens": tokens,
                "finish": finish_of(row.get("stop_reason")),
                "domain": words(row.get("data_source"), "data_source"),
            }

        return converted
