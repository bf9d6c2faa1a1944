"""Any causal language model of transformers: a folder, a hub's name or a GGUF file, behind the methods of `Learner`."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
import torch
from torch import Tensor
from torch.nn import Parameter

from headway.attempts import Prompt
from headway.cast import Completions, Encoded, Scores
from headway.policy.hub import reading, writing
from headway.policy.hub.body import Lora, Weights
from headway.policy.hub.loaded import Loaded, Settings
from headway.policy.hub.mixing import mixed
from headway.policy.hub.reading import Odds, Score
from headway.policy.hub.saved import Saved, save
from headway.policy.hub.tokens import Tokens
from headway.policy.hub.verdicts import Question, firsts
from headway.policy.hub.writing import Write, Written

__all__ = ["Hub", "Lora", "Question", "Settings"]


class Hub:
    """A pretrained language model as a policy: its weights are adapters on a model that other policies share.

    A row reads: the prompt in the model's own chat template (messages) or as it is (plain text), the
    text, and the stop. The verdict on an answer is asked as `Question` says.
    """

    def __init__(self, loaded: Loaded, weights: Weights) -> None:
        self.loaded, self.weights = loaded, dict(weights)

    @classmethod
    def create(cls, settings: Settings, *, seed: int) -> Self:
        """The model as it came, with adapters that change nothing yet; ValueError where it cannot be had."""
        # In full training the policy wears the loaded weights themselves, so nobody else may have them.
        loaded = Loaded(settings) if settings.lora is None else Loaded.of(settings)
        return cls(loaded, loaded.body.fresh(seed))

    # -- answering and being asked ----------------------------------------------------------------

    def sample(
        self, prompts: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, top_p: float, max_tokens: int
    ) -> Completions:
        """One attempt for each prompt; see `Policy.sample`."""
        ids = self.tokens.prompts(prompts)
        parts = list(writing.batches(ids, max_tokens, accelerator=self.loaded.roomy))
        return self._sampled(ids, parts, seeds, temperature, top_p, max_tokens)

    def _sampled(
        self,
        ids: list[list[int]],
        parts: list[list[int]],
        seeds: np.ndarray,
        temperature: float,
        top_p: float,
        max_tokens: int,
    ) -> Completions:
        jobs = [Write([ids[i] for i in part], seeds[part], temperature, top_p, max_tokens) for part in parts]
        texts, finish = [""] * len(ids), [""] * len(ids)
        tokens, logprob = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids))
        for part, written in zip(parts, self._written(jobs), strict=True):
            tokens[part], logprob[part] = written.drawn, written.logprob
            for index, drawn, stopped in zip(part, written.ids, written.stopped, strict=True):
                texts[index] = self.tokens.read(drawn)
                finish[index] = "stop" if stopped else "length"
        return Completions(texts, tokens, logprob, finish)

    def _written(self, jobs: Sequence[Write]) -> list[Written]:
        if self.loaded.settings.writer == "vllm":
            adapter = self.digest()
            return [self.loaded.vllm.write(adapter, self.save, job, self.tokens) for job in jobs]
        return self.loaded.run(self.weights, jobs)

    def reply(
        self, questions: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, max_tokens: int
    ) -> list[str | None]:
        """One reply to each question; it ends where an attempt would, at one of the `stop` texts included."""
        return list(self.sample(questions, seeds, temperature=temperature, top_p=1.0, max_tokens=max_tokens).texts)

    def score(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> Scores:
        """Teacher-forced log-probability of each whole text, stop included; see `Policy.score`."""
        rows = self.encode(prompts, texts)
        parts = list(reading.batches(rows))
        logprob = np.empty(len(rows))
        jobs = [Score([rows[index] for index in part]) for part in parts]
        for part, values in zip(parts, self.loaded.run(self.weights, jobs), strict=True):
            logprob[part] = values
        return Scores(logprob, np.array([len(row.ids) - row.prompt for row in rows], dtype=np.int64))

    @property
    def verdict_words(self) -> tuple[str, str]:
        """The texts that mean right and wrong."""
        right, wrong = self.question.words
        return right, wrong

    @property
    def question(self) -> Question:
        """How this policy is asked for a verdict."""
        return self.loaded.settings.question

    def verdict_question(self, prompt: Prompt, answer: str) -> Prompt:
        """The prompt that asks whether `answer` is right: messages where the prompt is, plain text where it is text."""
        return self.question.about(prompt, answer)

    def verdict(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> np.ndarray:
        """P(right) / (P(right) + P(wrong)) in [0, 1], by the first tokens of the verdict words; see `Question`."""
        return self.odds(self._questions(prompts, answers), self.verdict_words)

    def odds(self, prompts: Sequence[Prompt], words: tuple[str, str]) -> np.ndarray:
        """P(first) / (P(first) + P(second)) of two words as what comes next, by their first tokens, in [0, 1]."""
        rows = self._asked(prompts)
        yes, no = firsts(words, self.tokens)
        parts = list(reading.batches(rows))
        result = np.empty(len(rows))
        jobs = [Odds([rows[index] for index in part], yes, no) for part in parts]
        for part, values in zip(parts, self.loaded.run(self.weights, jobs), strict=True):
            result[part] = values
        return result

    def _questions(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> list[Prompt]:
        return [self.verdict_question(*pair) for pair in zip(prompts, answers, strict=True)]

    def _asked(self, prompts: Sequence[Prompt]) -> list[Encoded]:
        return [Encoded(ids, len(ids)) for ids in self.tokens.prompts(prompts)]

    # -- in parts, each of which any process may do ------------------------------------------------

    def sample_parts(self, prompts: Sequence[Prompt], max_tokens: int) -> list[list[int]]:
        """Indices of the attempts that are written together; see `Divided`."""
        return list(writing.batches(self.tokens.prompts(prompts), max_tokens, accelerator=self.loaded.roomy))

    def sample_part(
        self, prompts: Sequence[Prompt], seeds: np.ndarray, *, temperature: float, top_p: float, max_tokens: int
    ) -> Completions:
        """What `sample` writes for one part."""
        ids = self.tokens.prompts(prompts)
        return self._sampled(ids, [list(range(len(ids)))], seeds, temperature, top_p, max_tokens)

    def score_parts(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> list[list[int]]:
        """Indices of the rows that are scored together."""
        return list(reading.batches(self.encode(prompts, texts)))

    def verdict_parts(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> list[list[int]]:
        """Indices of the answers that are judged together."""
        return list(reading.batches(self._asked(self._questions(prompts, answers))))

    # -- learning ---------------------------------------------------------------------------------

    def copy(self) -> Self:
        """An independent policy with the same weights; what training does not change is shared."""
        return type(self)(self.loaded, {name: Parameter(one.detach().clone()) for name, one in self.weights.items()})

    def parameters(self) -> list[Parameter]:
        """The weights that training changes: the adapters, or everything."""
        return list(self.weights.values())

    def encode(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> list[Encoded]:
        """Rows of ids: the prompt in the model's template, then the text and its stop, which are what is learned."""
        pairs = zip(self.tokens.prompts(prompts), self.tokens.texts(texts), strict=True)
        return [Encoded([*prompt, *text], len(prompt)) for prompt, text in pairs]

    def token_logprobs(self, rows: Sequence[Encoded]) -> tuple[Tensor, Tensor]:
        """Log-probability of every text token given all before it, (M,), and the row that owns it, (M,)."""
        model = self.loaded.body.put(self.weights)
        with self.loaded.body.arithmetic():
            return reading.token_logprobs(model, rows, self.tokens.pad)

    def share_out(self) -> None:
        """Keep this process's share of every weight, frozen ones included; see `Shardable`."""
        from headway.policy.hub.sharded import shared_out

        self.weights = shared_out(self.loaded.body, self.weights)

    def gather(self) -> None:
        """Have whole weights again, on the processor, to be saved."""
        from headway.policy.hub.sharded import gathered

        self.weights = gathered(self.weights)

    def interpolate(self, other: "Hub", share: float) -> Self:
        """Weights `share` of `other` and the rest of this one; see `mixing.mixed`."""
        return type(self)(self.loaded, mixed(self.weights, other.weights, share))

    # -- on disk ----------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Write `adapter_model.safetensors` in the format of peft, or a whole model, and `config.json`."""
        save(folder, self.loaded, self.weights)

    @classmethod
    def load(cls, folder: Path, workers: int | None = None, *, aside: bool = False) -> Self:
        """The policy that `save` wrote, with another number of `workers` where one is given; see `policy.load`.

        ValueError where its base is gone or is another one.
        """
        saved = Saved.read(folder)
        if workers is not None:
            saved = replace(saved, settings=replace(saved.settings, workers=workers))
        loaded = saved.loaded(aside=aside)
        return cls(loaded, saved.weights(loaded))

    def digest(self) -> str:
        """SHA-256 of the weights: those that training changes, and of the base where they are not all."""
        sha = hashlib.sha256(b"" if self.loaded.settings.lora is None else self.loaded.digest.encode())
        for name, value in sorted(self.weights.items()):
            sha.update(name.encode() + value.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
        return sha.hexdigest()

    @property
    def tokens(self) -> Tokens:
        """The model's tokenizer and template."""
        return self.loaded.tokens
