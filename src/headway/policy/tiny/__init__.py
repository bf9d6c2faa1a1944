"""The embedded policy: a small decoder-only transformer trained from scratch on this machine."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Self

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from headway.attempts import Prompt
from headway.cast import Completions, Encoded, Scores
from headway.policy.tiny.network import Network, Shape
from headway.policy.tiny.sampling import Decoding, chunks, write
from headway.policy.tiny.vocabulary import ANSWER, JUDGE, NO, PAD, START, STOP, YES, Vocabulary

__all__ = ["Shape", "Tiny", "Vocabulary"]

SCORED_TOKENS = 16_384
"""Tokens in one forward pass of scoring; keeps the activations of a pass near the size of a cache."""


class Tiny:
    """A small transformer and its vocabulary, behind the methods of `Learner`.

    A row reads `<start> prompt <answer> text <stop>`. The verdict on an attempt is asked in the same
    form: the prompt is `prompt <answer> answer <judge>` and the text is `<yes>` or `<no>`. Earlier turns of a
    conversation stand before the prompt as `question <answer> text <stop>` each.
    """

    verdict_words = (YES, NO)

    def __init__(self, network: Network, vocabulary: Vocabulary) -> None:
        self.network, self.vocabulary = network, vocabulary

    @classmethod
    def create(cls, pieces: Iterable[str], *, seed: int, **shape: int | tuple[bool, ...] | None) -> Self:
        """An untrained policy that reads and writes `pieces`; `shape` takes the fields of `Shape`."""
        vocabulary = Vocabulary(tuple(pieces))
        network = Network(Shape(len(vocabulary), **shape))  # type: ignore[arg-type]
        network.initialise(torch.Generator().manual_seed(seed))
        return cls(network, vocabulary)

    def to(self, device: str) -> Self:
        """This policy with its weights on `device`, such as cpu or cuda; ValueError where torch does not see it."""
        found = torch.accelerator.current_accelerator(check_available=True)
        if device != "cpu" and (found is None or torch.device(device).type != found.type):
            seen = "the processor alone" if found is None else f"cpu and {found.type}"
            raise ValueError(f"device is {device!r}, and torch sees {seen} here; name one of these, or run it there")
        self.network.to(device)
        return self

    # -- answering and being asked ----------------------------------------------------------------

    def sample(
        self, prompts: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, top_p: float, max_tokens: int
    ) -> Completions:
        """One attempt for each prompt; see `Policy.sample`."""
        decoding = Decoding(temperature, top_p, max_tokens, self.vocabulary[STOP])
        written = write(self.network, self._prompt_ids(prompts), seeds, decoding)
        return Completions(
            texts=[self.vocabulary.decode(ids) for ids in written.ids],
            tokens=np.array([len(ids) for ids in written.ids]) + written.stopped,
            logprob=written.logprob,
            finish=["stop" if stopped else "length" for stopped in written.stopped],
        )

    @torch.inference_mode()
    def score(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> Scores:
        """Teacher-forced log-probability of each whole text, stop token included; see `Policy.score`."""
        rows = self.encode(prompts, texts)
        logprob = np.empty(len(rows))
        for members in same_length(rows, SCORED_TOKENS):
            values, owner = self.token_logprobs([rows[index] for index in members])
            total = torch.zeros(len(members), dtype=torch.float64, device=values.device)
            logprob[members] = total.index_add_(0, owner, values.double()).cpu().numpy()
        return Scores(logprob, np.array([len(row.ids) - row.prompt for row in rows]))

    def verdict_question(self, prompt: Prompt, answer: str) -> str:
        """The prompt that asks whether `answer` is right; the reply is one of `verdict_words`."""
        return f"{plain(prompt)}{ANSWER}{answer}{JUDGE}"

    @torch.inference_mode()
    def verdict(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> np.ndarray:
        """P(yes) / (P(yes) + P(no)) of each answer being right, in [0, 1]."""
        return self.odds(self._questions(prompts, answers), (YES, NO))

    @torch.inference_mode()
    def odds(self, prompts: Sequence[Prompt], words: tuple[str, str]) -> np.ndarray:
        """P(first) / (P(first) + P(second)) of two words that come next; ValueError where one is no single piece."""
        yes, no = (self._piece(word) for word in words)
        rows = self._asked(prompts)
        result = np.empty(len(rows))
        for members in same_length(rows, SCORED_TOKENS):
            ids_BT = torch.tensor([rows[index].ids for index in members], device=self.network.device)
            last_B = torch.arange(1, len(members) + 1, device=ids_BT.device) * ids_BT.shape[1] - 1
            logits = self.network.head(self.network.stream(ids_BT, last_B)).double()
            result[members] = torch.sigmoid(logits[:, yes] - logits[:, no]).cpu().numpy()
        return result

    # -- in parts, each of which any process may do ------------------------------------------------

    def sample_parts(self, prompts: Sequence[Prompt], max_tokens: int) -> list[list[int]]:
        """Indices of the attempts that are written together; see `Divided`."""
        return list(chunks(self._prompt_ids(prompts), max_tokens))

    def sample_part(
        self, prompts: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, top_p: float, max_tokens: int
    ) -> Completions:
        """What `sample` writes for one part: the rows of a part alone are one part again."""
        return self.sample(prompts, seeds, temperature=temperature, top_p=top_p, max_tokens=max_tokens)

    def score_parts(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> list[list[int]]:
        """Indices of the rows that are scored together."""
        return same_length(self.encode(prompts, texts), SCORED_TOKENS)

    def verdict_parts(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> list[list[int]]:
        """Indices of the answers that are judged together."""
        return same_length(self._asked(self._questions(prompts, answers)), SCORED_TOKENS)

    # -- learning ---------------------------------------------------------------------------------

    def copy(self) -> Self:
        """An independent policy with the same weights."""
        twin = Network(self.network.shape).to(self.network.device)
        twin.load_state_dict(self.network.state_dict())
        return type(self)(twin, self.vocabulary)

    def seeing(self, window: int) -> Self:
        """An independent policy with the same weights, whose layers with positions see this many tokens."""
        other = Network(replace(self.network.shape, window=window)).to(self.network.device)
        other.load_state_dict(self.network.state_dict())
        return type(self)(other, self.vocabulary)

    def parameters(self) -> list[torch.nn.Parameter]:
        """The weights that training changes."""
        return list(self.network.parameters())

    def encode(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> list[Encoded]:
        """Rows of ids for training and scoring: the prompt in this policy's template, then the text and a stop."""
        encode, stop = self.vocabulary.encode, self.vocabulary[STOP]
        pairs = zip(self._prompt_ids(prompts), texts, strict=True)
        return [Encoded([*prompt, *encode(text), stop], len(prompt)) for prompt, text in pairs]

    def dialogue(self, messages: Sequence[dict[str, str]]) -> Encoded:
        """A whole conversation as one row: everything after the first question is learned. It ends with an answer."""
        (ids,) = self._prompt_ids([list(messages[:-1])])
        return Encoded(
            [*ids, *self.vocabulary.encode(messages[-1]["content"]), self.vocabulary[STOP]],
            ids.index(self.vocabulary[ANSWER]) + 1,
        )

    def token_logprobs(self, rows: Sequence[Encoded]) -> tuple[Tensor, Tensor]:
        """Log-probability of every text token given all before it, (M,), and the row that owns it, (M,).

        Tokens come in row order. Shorter rows are padded on the right, where causal attention never looks.
        """
        length_B = np.array([len(row.ids) for row in rows])
        prompt_B = np.array([row.prompt for row in rows])
        place_T = np.arange(length_B.max())
        written_BT = place_T < length_B[:, None]
        ids_BT = np.full(written_BT.shape, self.vocabulary[PAD])
        ids_BT[written_BT] = np.concatenate([row.ids for row in rows])
        owner_M, place_M = np.nonzero(written_BT & (place_T >= prompt_B[:, None]))
        # The last token predicts nothing, so the network does not read it; a target is predicted one place before.
        before_M = owner_M * (len(place_T) - 1) + place_M - 1
        read_BT, before_M, target_M, owner = (
            torch.from_numpy(array).to(self.network.device)
            for array in (ids_BT[:, :-1], before_M, ids_BT[owner_M, place_M], owner_M)
        )
        logits_MV = self.network.head(self.network.stream(read_BT, before_M))
        return -functional.cross_entropy(logits_MV, target_M, reduction="none"), owner

    def interpolate(self, other: "Tiny", share: float) -> Self:
        """Weights `share` of `other` and the rest of this one (WiSE-FT, arXiv:2109.01903)."""
        mixed = self.copy()
        with torch.no_grad():
            for mine, theirs in zip(mixed.parameters(), other.parameters(), strict=True):
                mine.lerp_(theirs, share)
        return mixed

    # -- on disk ----------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Write `model.safetensors` and `config.json` into `folder`."""
        shape = {**asdict(self.network.shape), "pieces": self.vocabulary.pieces}
        if self.network.device.type != "cpu":
            shape["device"] = self.network.device.type
        save_file(self.network.state_dict(), folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps({"policy": "tiny", **shape}, ensure_ascii=False))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The policy that `save` wrote, on the device where it was."""
        config = json.loads((folder / "config.json").read_text())
        pieces, _, device = config.pop("pieces"), config.pop("policy"), config.pop("device", "cpu")
        network = Network(Shape(**{**config, "rotary": tuple(config["rotary"])}))
        network.load_state_dict(load_file(folder / "model.safetensors"))
        return cls(network, Vocabulary(tuple(pieces))).to(device)

    def digest(self) -> str:
        """SHA-256 of the weights; two policies with the same digest give the same answers."""
        sha = hashlib.sha256()
        for name, value in sorted(self.network.state_dict().items()):
            sha.update(name.encode() + value.cpu().numpy().tobytes())
        return sha.hexdigest()

    def _piece(self, word: str) -> int:
        ids = self.vocabulary.encode(word)
        if len(ids) != 1:
            raise ValueError(f"{word!r} is {len(ids)} pieces of this policy's vocabulary, and a choice is between two")
        return ids[0]

    def _questions(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> list[str]:
        return [self.verdict_question(*pair) for pair in zip(prompts, answers, strict=True)]

    def _asked(self, prompts: Sequence[Prompt]) -> list[Encoded]:
        return [Encoded(ids, len(ids)) for ids in self._prompt_ids(prompts)]

    def _prompt_ids(self, prompts: Sequence[Prompt]) -> list[list[int]]:
        start, answer = self.vocabulary[START], self.vocabulary[ANSWER]
        texts = [plain(prompt) for prompt in prompts]
        known = {text: [start, *self.vocabulary.encode(text), answer] for text in set(texts)}
        return [known[text] for text in texts]


def plain(prompt: Prompt) -> str:
    """A prompt as text; messages as turns of this policy's own form: the question, its answer mark, the answer, a stop.

    ValueError for messages that do not go user, assistant, user and so on, and end with the user.
    """
    if isinstance(prompt, str):
        return prompt
    roles = [message["role"] for message in prompt]
    if roles != ["user", "assistant"] * (len(roles) // 2) + ["user"]:
        raise ValueError(
            f"the tiny policy reads messages that go user, assistant, user and end with the user, not {roles[:8]}"
        )
    before = (f"{ask['content']}{ANSWER}{said['content']}{STOP}" for ask, said in pairwise_of(prompt))
    return "".join(before) + prompt[-1]["content"]


def pairwise_of(messages: Sequence[dict[str, str]]) -> Iterable[tuple[dict[str, str], dict[str, str]]]:
    """Each question with its answer."""
    return zip(messages[:-1:2], messages[1::2], strict=True)


def same_length(rows: Sequence[Encoded], tokens: int) -> list[list[int]]:
    """Indices of rows in groups of one length, at most `tokens` tokens a group, so that nothing is padded."""
    by_length: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        by_length.setdefault(len(row.ids), []).append(index)
    groups = []
    for length, members in sorted(by_length.items()):
        size = max(1, tokens // length)
        groups += [members[start : start + size] for start in range(0, len(members), size)]
    return groups
