"""Any OpenAI-compatible server as a policy that answers and judges, and is not trained."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from headway.attempts import Prompt
from headway.cache import cache_folder
from headway.cast import Completions, Scores
from headway.policy.endpoint.errors import EndpointError
from headway.policy.endpoint.replies import Choice, chat, choices, completion, first_token, share_of
from headway.policy.endpoint.spending import Cost, Limits, Spent
from headway.stages import require

__all__ = ["Endpoint", "EndpointError"]

LISTED = 20
"""Likeliest first tokens that a server is asked for; the most that servers commonly give."""
CHARACTERS_PER_TOKEN = 3
"""For the budget beforehand; fewer than text usually has, so that the estimate is not too low."""


@dataclass(frozen=True)
class Endpoint:
    """A model behind `url` (ending in /v1), asked with the key that the environment variable `key_variable` holds.

    Replies are kept on disk by the whole request. `calls` and `tokens` limit what is spent by this
    process; None is no limit. A judge's reply that cannot be read is absent, never 0.
    """

    url: str
    model: str
    key_variable: str = "OPENAI_API_KEY"
    chat: bool = True
    concurrency: int = 32
    tries: int = 12
    seconds: float = 120.0
    calls: int | None = None
    tokens: int | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        require(parts.scheme in ("http", "https") and bool(parts.hostname), self, "url", "an http or https address")
        if parts.username or parts.password or parts.query:
            raise ValueError(
                "Endpoint.url holds a name, a password or a query; put the key into the environment and name "
                "the variable in Endpoint.key_variable"
            )
        require(self.concurrency >= 1, self, "concurrency", "a whole number of at least 1")
        require(self.tries >= 1, self, "tries", "a whole number of at least 1")
        require(self.seconds > 0.0, self, "seconds", "more than 0")

    @property
    def verdict_words(self) -> tuple[str, str]:
        return ("yes", "no")

    def sample(
        self, prompts: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, top_p: float, max_tokens: int
    ) -> Completions:
        """One attempt for each prompt; see `Policy.sample`. EndpointError where an attempt cannot be had.

        Attempts at one prompt are asked for together, and singly where the server gives fewer than it was
        asked for. Whether a seed gives the same text again is up to the server; the cache does.
        """
        fields = {"temperature": temperature, "top_p": top_p, "max_tokens": max_tokens, "logprobs": True}
        return _completions(self._written(prompts, seeds, fields), self.url)

    def reply(
        self, questions: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, max_tokens: int
    ) -> list[str | None]:
        """One reply to each question; None where no try gave one that could be read."""
        fields = {"temperature": temperature, "max_tokens": max_tokens}
        return [None if choice is None else choice.text for choice in self._written(questions, seeds, fields)]

    def _written(self, prompts: Sequence[Prompt], seeds: np.ndarray, fields: Mapping[str, Any]) -> list[Choice | None]:
        """A completion of each prompt, None where there is none to be had."""
        written: list[Choice | None] = [None] * len(prompts)
        together = list(_siblings(prompts).values())
        asked = [self._body(prompts[rows[0]], {**fields, **_drawn(seeds[rows[0]], len(rows))}) for rows in together]
        for rows, found in zip(together, self._ask(asked, choices), strict=True):
            for row, choice in zip(rows, found or [], strict=False):
                written[row] = choice
        missing = [row for row, choice in enumerate(written) if choice is None]
        asked = [self._body(prompts[row], {**fields, **_drawn(seeds[row], 1)}) for row in missing]
        for row, found in zip(missing, self._ask(asked, choices), strict=True):
            written[row] = found[0] if found else None
        return written

    def score(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> Scores:
        """EndpointError: servers of this protocol do not score a text that they are given."""
        raise EndpointError(
            f"{self.url} cannot give the log-probability of a given text; ask the endpoint for its verdict instead, "
            f"or load the model as a policy of transformers"
        )

    def verdict_question(self, prompt: Prompt, answer: str) -> Prompt:
        """The prompt by which a verdict is asked."""
        asked = prompt if isinstance(prompt, str) else "\n".join(f"{one['role']}: {one['content']}" for one in prompt)
        return (
            f"Question:\n{asked}\n\nProposed answer:\n{answer}\n\n"
            f"Is the proposed answer correct? Reply with one word, yes or no."
        )

    def verdict(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> list[float | None]:
        """P(yes) / (P(yes) + P(no)) of the first token; None where no reply could be read, or it said neither.

        EndpointError where the server gives no log-probabilities at all.
        """
        return self.odds([self.verdict_question(*pair) for pair in zip(prompts, answers, strict=True)], ("yes", "no"))

    def odds(self, prompts: Sequence[Prompt], words: tuple[str, str]) -> list[float | None]:
        """P(first) / (P(first) + P(second)) of the first token, spelling aside; None where it was neither.

        EndpointError where the server gives no log-probabilities at all.
        """
        fields = {"temperature": 0.0, "max_tokens": 1, **self._first_tokens()}
        found = self._ask([self._body(prompt, fields) for prompt in prompts], first_token)
        if {} in found and not any(found):
            raise EndpointError(
                f"{self.url} gave no log-probabilities of {self.model!r}, so a verdict cannot be read from them; "
                f"ask in words instead (Opinion.ask reasons or score; headway values --ask replies)"
            )
        one, other = (word.lower() for word in words)
        return [share_of(one, other, tokens) if tokens else None for tokens in found]

    def cost(self, prompts: Sequence[Prompt], max_tokens: int) -> Cost:
        """What one attempt at each of these prompts costs at most when nothing is cached and no call fails."""
        read = sum(len(str(prompt)) // CHARACTERS_PER_TOKEN + 1 for prompt in prompts)
        return Cost(len(prompts), read + len(prompts) * max_tokens)

    def save(self, folder: Path) -> None:
        """Write `config.json`; the key is never part of it."""
        (folder / "config.json").write_text(json.dumps({"policy": "endpoint", **asdict(self)}))

    @classmethod
    def load(cls, folder: Path) -> "Endpoint":
        """The endpoint that `save` wrote."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        del config["policy"]
        return cls(**config)

    def digest(self) -> str:
        """SHA-256 of where the model is; its weights are not known, and may change behind the address."""
        return hashlib.sha256(f"{self.url}\n{self.model}\n{self.chat}".encode()).hexdigest()

    def _body(self, prompt: Prompt, fields: Mapping[str, Any]) -> dict[str, Any]:
        return (chat if self.chat else completion)(self.model, prompt, fields)

    def _first_tokens(self) -> dict[str, Any]:
        return {"logprobs": True, "top_logprobs": LISTED} if self.chat else {"logprobs": LISTED}

    def _ask(self, bodies: Sequence[dict[str, Any]], read: Any) -> list[Any]:
        if not bodies:
            return []
        from headway.policy.endpoint.cache import Replies
        from headway.policy.endpoint.client import Client

        limits = Limits(self.concurrency, self.tries, self.seconds, self.calls, self.tokens)
        replies = Replies(cache_folder() / "replies.sqlite")
        path = "/chat/completions" if self.chat else "/completions"
        key = os.environ.get(self.key_variable) or None
        try:
            return Client(self.url.rstrip("/") + path, key, limits, replies, spent_on(self.digest())).ask(bodies, read)
        finally:
            replies.close()


_SPENT: dict[str, Spent] = {}


def spent_on(digest: str) -> Spent:
    """What this process has spent on the endpoint with this digest."""
    return _SPENT.setdefault(digest, Spent())


def _siblings(prompts: Sequence[Prompt]) -> dict[str, list[int]]:
    """Rows by prompt, in order of appearance."""
    rows: dict[str, list[int]] = {}
    for row, prompt in enumerate(prompts):
        rows.setdefault(json.dumps(prompt), []).append(row)
    return rows


def _drawn(seed: int, n: int) -> dict[str, int]:
    """How many choices, and a seed that every server can hold."""
    return {"n": n, "seed": int(seed) & 0x7FFFFFFF}


def _completions(written: Sequence[Choice | None], url: str) -> Completions:
    got = [choice for choice in written if choice is not None]
    if len(got) < len(written):
        raise EndpointError(
            f"{url} gave no readable attempt for {len(written) - len(got)} of {len(written)} prompts, however often it "
            f"was asked; what it gave is kept: go on when it is well again"
        )
    return Completions(
        [choice.text for choice in got],
        [choice.tokens for choice in got],
        [choice.logprob for choice in got],
        ["length" if choice.finish == "length" else "stop" for choice in got],
    )
