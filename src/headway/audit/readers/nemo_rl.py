"""NeMo-RL: `train_data_step{N}.jsonl`, where prompt and reply are one text, and `val_data_step{N}.jsonl` with messages.

The loss mask says which tokens are the reply's, so equal tokens before it are the same prompt. Where the text of the
prompt ends is known by the mark that a chat template sets before a reply; without one the text is both.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from headway.audit.files import Found
from headway.audit.problems import BadRow
from headway.audit.readers.place import split_in, step_in
from headway.audit.readers.reader import Columns, Reader, has
from headway.audit.rows import Rollout, Row
from headway.audit.values import asked, digest, listed, messages, number, numbers, words, written

REPLY = re.compile(
    r"<\|im_start\|>assistant\n|<\|start_header_id\|>assistant<\|end_header_id\|>\n*|<start_of_turn>model\n|\[/INST\]|"
    r"<\|assistant\|>\n?|<｜Assistant｜>|\nAssistant:"
)
"""The marks that chat templates set before a reply."""


@dataclass(frozen=True)
class NemoRl(Reader):
    """Training and validation; the split is in the file's name."""

    name = "NeMo-RL data"

    def recognises(self, found: Found) -> str | None:
        if found.kind == "jsonl" and has(found, "content", "rewards", "idx"):
            return "rows with content, rewards and idx"
        return None

    def columns(self, found: Found) -> Columns:
        return {
            "step": "the file's name",
            "task": "token_ids before the loss mask, or the messages",
            "prompt": "content, up to the reply's mark",
            "text": "content, after the mark",
            "reward": "rewards",
            "logprob": "generation_logprobs",
            "tokens": "token_loss_mask",
        }

    def rows(self, found: Found) -> Callable[[Row], Iterable[Rollout]]:
        named = step_in(found.name)
        fixed = {"step": 0 if named is None else named, "split": split_in(found.name) or "train"}
        return lambda row: [{**fixed, **of_row(row)}]


def prompt_key(row: Row) -> str | None:
    """The task of a row: the digest of the tokens, or of the messages, before the reply; None without either."""
    tokens, mask = listed(row.get("token_ids")), listed(row.get("token_loss_mask"))
    first = next((place for place, learned in enumerate(mask) if learned), None)
    if tokens and first:
        return digest(" ".join(map(str, tokens[:first])))
    if messages(row.get("content")):
        return digest(asked(row["content"][:-1], "content"))
    return None


def of_row(row: Row) -> Rollout:
    """One row as a rollout."""
    said: Any = row.get("content")
    if said is None:
        raise BadRow("has no content")
    if messages(said):
        prompt, text = asked(said[:-1], "content"), written(said[-1:], "content")
    else:
        both = words(said, "content") or ""
        mark = REPLY.search(both)
        prompt, text = (both[: mark.end()], both[mark.end() :]) if mark else (None, both)
    mask = listed(row.get("token_loss_mask"))
    learned = [place for place, one in enumerate(mask) if one]
    logprobs = listed(row.get("generation_logprobs"))
    known = numbers([logprobs[place] for place in learned if place < len(logprobs)])
    return {
        "task": prompt_key(row) or digest(prompt, text if prompt is None else None),
        "prompt": prompt,
        "text": text,
        "reward": number(row.get("rewards"), "rewards"),
        "logprob": sum(known) if known else None,
        "tokens": len(learned) or None,
    }
