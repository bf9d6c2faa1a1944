"""Prompts and texts to token ids and back, in the model's own template."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from transformers.tokenization_utils_base import PreTrainedTokenizerBase

from headway.attempts import Prompt

ANCHOR = ":"
"""Stands before a text where the tokenizer treats the start of a string in a way of its own."""
TOKENS_OF_A_CHARACTER = 4
"""No tokenizer in use writes one character with more tokens than it has bytes."""


@dataclass(frozen=True)
class Tokens:
    """A tokenizer, and how prompts are put to the model.

    Messages always go through the chat template. Plain text goes in as it is, after the tokenizer's own
    start token where it has one; with `chat` it becomes one message by the user. A text ends with the
    first of the `stop` strings where some are given, else with the tokenizer's end token.
    """

    tokenizer: PreTrainedTokenizerBase
    chat: bool = False
    stop: tuple[str, ...] = ()
    ends: tuple[int, ...] = ()
    """Ids at which the model ends a text beside the tokenizer's end token, as its generation config says."""

    def __post_init__(self) -> None:
        if self.tokenizer.eos_token_id is None:
            raise ValueError("the tokenizer has no end token, so nothing would end a text; set its eos_token")

    def prompts(self, prompts: Sequence[Prompt]) -> list[list[int]]:
        """Ids of each prompt; ValueError where messages meet a tokenizer without a chat template."""
        known: dict[str, list[int]] = {}
        made = []
        for prompt in prompts:
            key = repr(prompt)
            if key not in known:
                known[key] = self._prompt(prompt)
            made.append(known[key])
        return made

    def _prompt(self, prompt: Prompt) -> list[int]:
        if isinstance(prompt, str) and not self.chat:
            ids = self.tokenizer(prompt)["input_ids"]
            if len(ids) > 1 and ids[-1] == self.tokenizer.eos_token_id and not prompt.endswith(self.end):
                ids = ids[:-1]  # some tokenizers end every text
            return ids or [self._first]
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        if not self.tokenizer.chat_template:
            raise ValueError(
                f"the model has no chat template, so it cannot read messages such as {str(messages)[:80]}; "
                f"give prompts of plain text, or a model made for chat"
            )
        written = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        return self._plain(str(written))

    def texts(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text and of the stop after it, as they follow a prompt."""
        if self.stop:
            return [self.following(text + self.stop[0]) for text in texts]
        return [[*self.following(text), self.last] for text in texts]

    def following(self, text: str) -> list[int]:
        """Ids of a text that follows something."""
        if not self._anchored:
            return self._plain(text)
        ids = self._plain(ANCHOR + text)
        return ids[len(self._anchor) :] if ids[: len(self._anchor)] == self._anchor else self._plain(text)

    def read(self, ids: Sequence[int]) -> str:
        """What the model wrote, special tokens other than the end included, up to the first stop string."""
        text = self._decoded(ids)
        ends = [place for place in (text.find(stop) for stop in self.stop) if place >= 0]
        return text[: min(ends)] if ends else text

    def stopped(self, ids: Sequence[int]) -> bool:
        """Whether the last tokens hold a stop string."""
        if not self.stop:
            return False
        tail = self._decoded(ids[-(TOKENS_OF_A_CHARACTER * self._longest_stop + 1) :])
        return any(stop in tail for stop in self.stop)

    def ended(self, token: int) -> bool:
        """Whether this token ends a text."""
        return token == self.last or token in self.ends

    @property
    def end(self) -> str:
        """The end token, as text."""
        return str(self.tokenizer.eos_token)

    @property
    def pad(self) -> int:
        """An id for places that nobody reads."""
        return _only(self.tokenizer.pad_token_id, self.last)

    @property
    def last(self) -> int:
        """The id of the end token."""
        return int(self.tokenizer.eos_token_id)  # type: ignore[arg-type]

    @cached_property
    def _first(self) -> int:
        return _only(self.tokenizer.bos_token_id, self.last)

    @cached_property
    def _longest_stop(self) -> int:
        return max(map(len, self.stop))

    @cached_property
    def _anchored(self) -> bool:
        """Whether a space at the start of a text would be lost or made up without something before it."""
        return any(self.tokenizer.decode(self._plain(text)) != text for text in ("a", " a"))

    @cached_property
    def _anchor(self) -> list[int]:
        return self._plain(ANCHOR)

    def _plain(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]

    def _decoded(self, ids: Sequence[int]) -> str:
        if not self._anchored:
            return str(self.tokenizer.decode(list(ids)))
        return str(self.tokenizer.decode([*self._anchor, *ids])).removeprefix(ANCHOR)


def _only(token: object, otherwise: int) -> int:
    """A special token's id where the tokenizer has that token."""
    return token if isinstance(token, int) else otherwise
