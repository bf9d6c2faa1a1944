"""A policy that answers in other processes: whoever asks it need not know."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from headway.attempts import MESSAGES, Prompt
from headway.cast import Completions, Divided, Scores
from headway.engine import Ref
from headway.seams.asking import Odds, Score, Write
from headway.seams.carrying import Seam
from headway.seams.shards import packed, unpacked

Ask = Callable[[Sequence[tuple[Seam, tuple[Ref, ...]]]], list[bytes]]
"""Seams with their inputs, to their results in the same order."""
READ_TOGETHER = 512
"""Rows of one message where nothing is written: parts may be as small as one row, and messages should not."""


class MixedPolicies(RuntimeError):
    """A worker wrote with other weights than it was asked to."""


@dataclass(frozen=True)
class Remote:
    """A policy in parts: it cuts rows as `policy` would, has each part done elsewhere, and puts rows back in order."""

    policy: Divided
    ref: Ref
    """Under which its weights are published."""
    put: Callable[[bytes], Ref]
    ask: Ask

    def sample(
        self, prompts: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, top_p: float, max_tokens: int
    ) -> Completions:
        """One attempt for each prompt; see `Policy.sample`. MixedPolicies where a row names other weights."""
        if not prompts:
            return self.policy.sample(prompts, seeds, temperature=temperature, top_p=top_p, max_tokens=max_tokens)
        rows = pl.DataFrame({"prompt": column(prompts), "seed": pl.Series(np.asarray(seeds), dtype=pl.UInt64)})
        parts = self.policy.sample_parts(prompts, max_tokens)
        asked = [
            (Write(self.ref, ref, (len(part),), temperature, top_p, max_tokens), (ref, self.ref))
            for part in parts
            for ref in [self.put(packed(rows[part]))]
        ]
        found = self._in_order(parts, self.ask(asked))
        if (found["policy"] != self.ref).any():
            raise MixedPolicies(f"attempts were to be written by the policy {self.ref[:12]} and some were not")
        columns = found.select("tokens", "logprob").to_dict(as_series=False)
        return Completions(found["text"].to_list(), columns["tokens"], columns["logprob"], found["finish"].to_list())

    def score(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> Scores:
        """Log-probability of each text given its prompt."""
        if not prompts:
            return self.policy.score(prompts, texts)
        found = self._read(Score, prompts, texts, self.policy.score_parts(prompts, texts))
        return Scores(found["logprob"].to_numpy(), found["tokens"].to_numpy())

    def verdict(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> np.ndarray | Sequence[float | None]:
        """The policy's own probability that each answer is right."""
        if not prompts:  # nothing that was written could be read
            return self.policy.verdict(prompts, answers)
        found = self._read(Odds, prompts, answers, self.policy.verdict_parts(prompts, answers))["verdict"]
        return found.to_list() if found.null_count() else found.to_numpy()

    def verdict_question(self, prompt: Prompt, answer: str) -> Prompt:
        """As the policy asks."""
        return self.policy.verdict_question(prompt, answer)

    @property
    def verdict_words(self) -> tuple[str, str]:
        """As the policy has them."""
        return self.policy.verdict_words

    def save(self, folder: Path) -> None:
        """As the policy does."""
        self.policy.save(folder)

    def digest(self) -> str:
        """SHA-256 of the policy's weights."""
        return self.policy.digest()

    def _read(
        self, kind: type[Score] | type[Odds], prompts: Sequence[Prompt], said: Sequence[str], parts: list[list[int]]
    ) -> pl.DataFrame:
        rows = pl.DataFrame({"prompt": column(prompts), "said": pl.Series(said, dtype=pl.String)})
        asked = []
        for group in grouped(parts, READ_TOGETHER):
            ref = self.put(packed(rows[[index for part in group for index in part]]))
            asked.append((kind(self.ref, ref, tuple(len(part) for part in group)), (ref, self.ref)))
        return self._in_order(parts, self.ask(asked))

    def _in_order(self, parts: list[list[int]], results: list[bytes]) -> pl.DataFrame:
        """The rows of all results, in the order of what was asked and not of who answered first."""
        found = pl.concat([unpacked(result) for result in results])
        return found[np.argsort(np.array([index for part in parts for index in part]))]


class RemoteSpeaker(Remote):
    """The same for a policy that replies in words."""

    def reply(
        self, questions: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, max_tokens: int
    ) -> list[str | None]:
        """One reply to each question, drawn as an attempt would be."""
        return list(self.sample(questions, seeds, temperature=temperature, top_p=1.0, max_tokens=max_tokens).texts)


def column(prompts: Sequence[Prompt]) -> pl.Series:
    """Prompts as a column of text or of messages."""
    kind = MESSAGES if prompts and not isinstance(prompts[0], str) else pl.String
    return pl.Series(prompts, dtype=kind)


def grouped(parts: list[list[int]], rows: int) -> Iterator[list[list[int]]]:
    """Neighbouring parts together, until a group has this many rows."""
    group: list[list[int]] = []
    for part in parts:
        group.append(part)
        if sum(map(len, group)) >= rows:
            yield group
            group = []
    if group:
        yield group
