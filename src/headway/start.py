"""Who plays before the first round."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from headway.attempts import WORLD, Attempts
from headway.models import MODELS, resolve
from headway.policy import load
from headway.policy.endpoint import Endpoint
from headway.select.replay import first_tasks, graded_by_the_world, verdict_rows
from headway.stages import Cast, Domain, Start, derived_seed, require, world_seed


@dataclass(frozen=True)
class Pretrained:
    """A tiny policy made from `gold` right answers by the world, and from verdicts on the first `graded` of them.

    It plays two roles: `solver`, which the loop trains, and `base`, which stays as it came.
    """

    domain: Domain
    gold: int = 3000
    graded: int = 600
    epochs: int = 20
    batch: int = 64
    learning_rate: float = 2e-3
    width: int = 48
    layers: int = 3

    def __post_init__(self) -> None:
        require(self.gold >= 1, self, "gold", "a whole number of at least 1")
        require(self.graded >= 0, self, "graded", "0 or a whole number")
        require(self.layers >= 1, self, "layers", "a whole number of at least 1")

    def __call__(self, seed: int) -> Cast:
        """The cast for a run with this seed; equal seeds give equal weights."""
        from headway.policy.tiny import Tiny
        from headway.train import Fit

        policy = Tiny.create(
            self.domain.pieces,
            seed=derived_seed(seed, "weights"),
            width=self.width,
            hidden=3 * self.width,
            rotary=(True,) * self.layers,
        )
        graded = graded_by_the_world(self.domain, self.gold, world_seed(seed))
        right = graded.filter(graded.verdict(WORLD) == 1.0)
        asked = first_tasks(graded, self.graded)
        lessons = Attempts.join([right, verdict_rows(asked, policy)])
        rows = policy.encode(lessons.prompts, lessons["text"].to_list())
        fit = Fit(epochs=self.epochs, batch=self.batch, learning_rate=self.learning_rate)
        fit.train(policy, rows, np.ones(len(rows)), derived_seed(seed, "pretrain"))
        return Cast({"solver": policy, "base": policy})


@dataclass(frozen=True)
class Checkpoint:
    """A policy that an earlier run saved, such as `runs/x/best/solver`; it plays `solver` and `base`."""

    folder: str

    def __call__(self, seed: int) -> Cast:
        """The same cast whatever the seed; ValueError where no policy is saved there."""
        folder = Path(self.folder)
        if not (folder / "config.json").is_file():
            raise ValueError(f"{folder} holds no saved policy; give a folder with config.json and model.safetensors")
        policy = load(folder)
        return Cast({"solver": policy, "base": policy})


@dataclass(frozen=True)
class Joined:
    """Another start, and beside its cast a policy behind an address in a role of its own: a third party that judges."""

    start: Start
    endpoint: Endpoint
    role: str = "third"

    def __call__(self, seed: int) -> Cast:
        """The cast of the inner start with the endpoint in its role; ValueError where that role is taken."""
        cast = self.start(seed)
        if self.role in cast:
            raise ValueError(f"Joined.role is {self.role!r}, which {sorted(cast)} play already; give it another name")
        return cast.replace(self.role, self.endpoint)


@dataclass(frozen=True)
class Several:
    """The solvers that one start makes from different seeds, a role each; `base` is the first one's.

    The first of `roles` is made with the run's own seed, so that what is replayed is what that one has learned;
    each of the others draws its own weights, its own data by the world and its own order.
    """

    of: Start
    roles: tuple[str, ...] = ("solver", "second", "third")

    def __post_init__(self) -> None:
        require(len(set(self.roles)) == len(self.roles) >= 1, self, "roles", "one or more different roles")

    def __call__(self, seed: int) -> Cast:
        """The cast of a run with this seed."""
        first = self.of(seed)
        others = {role: self.of(derived_seed(seed, "role", role))["solver"] for role in self.roles[1:]}
        return Cast({self.roles[0]: first["solver"], **others, "base": first["base"]})


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

    def __post_init__(self) -> None:
        require(bool(self.model), self, "model", "a folder, a GGUF file or the name of a model")
        require(self.lora >= 0, self, "lora", "a rank of at least 1, or 0 to train all weights")
        require(self.alpha > 0.0, self, "alpha", "more than 0")
        require(all(self.stop), self, "stop", "texts that are not empty")
        require(len(self.words) == 2, self, "words", "two words, for right and wrong")
        require(self.workers is None or self.workers >= 0, self, "workers", "0 or a whole number, or None")
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
        )
        policy = Hub.create(settings, seed=derived_seed(seed, "weights"))
        return Cast({"solver": policy, "base": policy})
