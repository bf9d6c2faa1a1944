"""Who plays: what a policy can be asked and gives, and the cast, which says who plays which role.

Nothing here knows which model or library stands behind a signature.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

import numpy as np

from headway.attempts import Prompt

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Parameter


@dataclass(frozen=True)
class Completions:
    """What a policy wrote, one entry a prompt."""

    texts: list[str]
    tokens: np.ndarray | Sequence[int | None]
    """Tokens drawn, the stop token included; None where a server does not say."""
    logprob: np.ndarray | Sequence[float | None]
    """Log-probability under the model itself (temperature 1, nothing truncated) [nats]; None where it is not told."""
    finish: list[str]
    """`stop` where the model ended its text, `length` where the limit did."""


@dataclass(frozen=True)
class Scores:
    """Teacher-forced log-probability of each text given its prompt [nats], and its length in tokens."""

    logprob: np.ndarray
    tokens: np.ndarray


@dataclass(frozen=True)
class Encoded:
    """One row for training: token ids, of which the first `prompt` are given and the rest are learned."""

    ids: list[int]
    prompt: int


@runtime_checkable
class Policy(Protocol):
    """Who answers, and can be asked for log-probabilities and for its opinion."""

    def sample(
        self, prompts: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, top_p: float, max_tokens: int
    ) -> Completions:
        """One attempt for each prompt, drawn with that row's own seed (uint64); temperature 0 is greedy."""
        ...

    def score(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> Scores:
        """Log-probability of each text given its prompt."""
        ...

    def verdict(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> np.ndarray | Sequence[float | None]:
        """The policy's own probability that each answer is right, in [0, 1]; None where it gave no readable reply."""
        ...

    def verdict_question(self, prompt: Prompt, answer: str) -> Prompt:
        """The prompt by which this policy is asked for a verdict; the reply is one of `verdict_words`."""
        ...

    @property
    def verdict_words(self) -> tuple[str, str]:
        """The texts that mean right and wrong, in this order."""
        ...

    def save(self, folder: Path) -> None:
        """Write the checkpoint as files into an existing empty folder."""
        ...

    def digest(self) -> str:
        """SHA-256 of the weights."""
        ...


@runtime_checkable
class Speaker(Policy, Protocol):
    """A policy that can be asked in words and replies in words: it was trained on language."""

    def reply(
        self, questions: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, max_tokens: int
    ) -> list[str | None]:
        """One reply to each question, drawn with that row's own seed (uint64); None where none could be had."""
        ...


@runtime_checkable
class Chooser(Protocol):
    """Who can be made to choose between two words without writing a reply."""

    def odds(self, prompts: Sequence[Prompt], words: tuple[str, str]) -> np.ndarray | Sequence[float | None]:
        """P(first) / (P(first) + P(second)) of the two as what comes next, in [0, 1]; None where it cannot be read."""
        ...


@runtime_checkable
class Divided(Policy, Protocol):
    """A policy that works part by part, each a function of its own rows alone: any process may do any part.

    The parts depend on the rows and on nothing else, so however many processes share them, the bits are the same.
    `sample`, `score` and `verdict` do all parts; a Speaker that is divided replies as it samples with `top_p` 1.
    """

    def sample_parts(self, prompts: Sequence[Prompt], max_tokens: int) -> list[list[int]]:
        """Indices of the attempts that are written together."""
        ...

    def sample_part(
        self, prompts: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, top_p: float, max_tokens: int
    ) -> Completions:
        """What `sample` writes for the rows of one part, in the order of `sample_parts`."""
        ...

    def score_parts(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> list[list[int]]:
        """Indices of the rows that `score` reads together; `score` of one part gives the same for it."""
        ...

    def verdict_parts(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> list[list[int]]:
        """Indices of the answers that `verdict` reads together; `verdict` of one part gives the same for it."""
        ...


@runtime_checkable
class Learner(Policy, Protocol):
    """A policy whose weights this process can train."""

    def copy(self) -> Self:
        """An independent policy with the same weights."""
        ...

    def parameters(self) -> "list[Parameter]":
        """The weights that training changes."""
        ...

    def encode(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> list[Encoded]:
        """Rows of token ids in this policy's own template, stop token included."""
        ...

    def token_logprobs(self, rows: Sequence[Encoded]) -> "tuple[Tensor, Tensor]":
        """Differentiable log-probability of every learned token, (M,), and the index of its row, (M,)."""
        ...

    def interpolate(self, other: Self, share: float) -> Self:
        """A policy with `share` of the other's weights and the rest of this one's."""
        ...


@runtime_checkable
class Shardable(Learner, Protocol):
    """A learner whose weights several processes, torch's default group, can share out while they train it."""

    def share_out(self) -> None:
        """Keep this process's share of every weight; every process must ask, before it makes an optimizer."""
        ...

    def gather(self) -> None:
        """Have whole weights again; every process must ask."""
        ...


@dataclass(frozen=True)
class Cast(Mapping[str, Policy]):
    """Role to policy: solver, base, past, third party. A role that nobody plays is an error, never a fallback."""

    roles: Mapping[str, Policy]

    def __getitem__(self, role: str) -> Policy:
        if role not in self.roles:
            raise KeyError(f"nobody plays the role {role!r}; the cast is {sorted(self.roles)}")
        return self.roles[role]

    def __iter__(self) -> Iterator[str]:
        return iter(self.roles)

    def __len__(self) -> int:
        return len(self.roles)

    def learner(self, role: str) -> Learner:
        """The policy of a role that can be trained; TypeError where it only answers."""
        policy = self[role]
        if not isinstance(policy, Learner):
            raise TypeError(f"the role {role!r} is played by {type(policy).__name__}, which cannot be trained here")
        return policy

    def replace(self, role: str, policy: Policy) -> "Cast":
        """The cast with another policy in this role."""
        return Cast(MappingProxyType({**self.roles, role: policy}))
