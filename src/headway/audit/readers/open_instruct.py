"""open-instruct: `{run}_rollouts_000000.jsonl` with token ids and no text; ids as words are what is audited."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.names import finish_of
from headway.audit.readers.place import split_in
from headway.audit.readers.reader import Columns, Reader, has
from headway.audit.rows import LONGEST_TEXT, Rollout, Row
from headway.audit.values import digest, number, numbers, whole, words


@dataclass(frozen=True)
class OpenInstruct(Reader):
    """Distinct n-grams work on ids as on words; the prompt's ids are the group."""

    name = "open-instruct rollouts"

    def recognises(self, found: Found) -> str | None:
        if found.kind in ("jsonl", "parquet") and has(found, "step", "prompt_tokens", "response_tokens", "reward"):
            return "rows with step, prompt_tokens, response_tokens and reward"
        return None

    def columns(self, found: Found) -> Columns:
        return {
            "step": "step",
            "task": "prompt_tokens",
            "text": "response_tokens (token ids)",
            "reward": "reward",
            "logprob": "logprobs",
            "tokens": "response_tokens",
            "finish": "finish_reason",
            "domain": "dataset",
        }

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        split = split_in(found.name) or "train"

        def converted(row: Row) -> Iterable[Rollout]:
            step, prompt, reply = whole(row.get("step"), "step"), row.get("prompt_tokens"), row.get("response_tokens")
            if step is None or not isinstance(prompt, list) or not isinstance(reply, list):
                raise BadRow("has no step, or prompt_tokens or response_tokens that are no list")
            logprobs = numbers(row.get("logprobs"))
            dataset = row.get("dataset")
            dataset = next(iter(dataset), None) if isinstance(dataset, list) else dataset
            yield {
                "step": step,
                "split": split,
                "task": digest(ids(prompt)),
                "text": ids(reply),
                "reward": number(row.get("reward"), "reward"),
                "logprob": sum(logprobs) if logprobs else None,
                "tokens": len(reply),
                "finish": finish_of(row.get("finish_reason")),
                "domain": words(dataset, "dataset"),
            }

        return converted


def ids(tokens: Sequence[Any]) -> str:
    """Token ids as words; BadRow where they are not numbers."""
    if not all(isinstance(token, int) for token in tokens):
        raise BadRow("has token ids that are not whole numbers")
    return " ".join(map(str, tokens[: LONGEST_TEXT // 2]))
