"""A pretrained language model."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from headway.cast import Cast
from headway.models import MODELS, resolve
from headway.seeds import derived_seed
from headway.stages import require


@dataclass(frozen=True)
class LanguageModel:
    """A pretrained causal language model; it plays `solver`, which the loop trains, and `base`, which stays as it came.

    `model` is one that `headway models list` names, a folder, a GGUF file, or a name that the hub knows. `lora` is the
    rank of the adapters that are trained (0 trains all weights), `alpha` their scale, `targets` the ends of the names
    of the layers that get one, none for every linear layer but the head. Messages always go through the model's chat
    template; plain text goes in as it is, unless `chat`. An attempt ends at the model's end token or at one of the
    `stop` texts, which a base model needs. `question`, with {prompt} (or {line}, its last line) and {answer} in it,
    asks for a verdict, and the `words` mean right and wrong.
    `number` "auto" is bfloat16 on an accelerator that has it, else float32. `workers` are processes that sample and
    judge on a processor, one a core where nothing is said; attempts do not depend on how many there are.
    `writer` "vllm" has vLLM draw the tokens of attempts, with the same adapters; two runs may then differ in last bits.
    """

    model: str
    lora: int = 16
    alpha: float = 32.0
    targets: tuple[str, ...] = ()
    chat: bool = False
    stop: tuple[str, ...] = ()
    question: str | None = None
    words: tuple[str, ...] = ("Yes", "No")
    number: Literal["auto", "float32", "bfloat16"] = "auto"
    workers: int | None = None
    writer: Literal["own", "vllm"] = "own"

    def __post_init__(self) -> None:
        require(bool(self.model), self, "model", "a folder, a GGUF file or the name of a model")
        require(self.lora >= 0, self, "lora", "a rank of at least 1, or 0 to train all weights")
        require(self.alpha > 0.0, self, "alpha", "more than 0")
        require(all(self.stop), self, "stop", "texts that are not empty")
        require(len(self.words) == 2, self, "words", "two words, for right and wrong")
        require(self.workers is None or self.workers >= 0, self, "workers", "0 or a whole number, or None")
        require(self.writer == "own" or self.lora > 0, self, "writer", "'own', or 'vllm' with adapters (lora)")
        holes = ("{prompt}", "{line}")
        asks = self.question is None or ("{answer}" in self.question and any(hole in self.question for hole in holes))
        require(asks, self, "question", "a text with {answer} and {prompt} or {line} in it")

    def __call__(self, seed: int) -> Cast:
        """The cast for a run with this seed, which draws the first adapters; they change nothing before training."""
        from headway.policy.hub import Hub, Lora, Question, Settings

        here = self.model in MODELS or Path(self.model).expanduser().exists()
        settings = Settings(
            model=str(resolve(self.model).absolute()) if here else self.model,
            lora=Lora(self.lora, self.alpha, self.targets) if self.lora else None,
            chat=self.chat,
            stop=self.stop,
            question=Question(words=self.words) if self.question is None else Question(self.question, self.words),
            number=self.number,
            workers=self.workers,
            writer=self.writer,
        )
        policy = Hub.create(settings, seed=derived_seed(seed, "weights"))
        return Cast({"solver": policy, "base": policy})
