"""A rater beside another cast: what prefers the world's texts to the model's own."""

from dataclasses import dataclass

import numpy as np

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.sample import Each
from headway.seeds import derived_seed, world_seed
from headway.select.replay import graded_by_the_world
from headway.stages import Domain, Start, require
from headway.start.free import require_free


@dataclass(frozen=True)
class Rated:
    """Another start, and beside its cast a rater in a role of its own, that no loop trains.

    The rater starts from the solver's weights and learns from comparisons of two texts at the same prompt: one by the
    world, which is preferred, and one that the solver wrote. It is taught on `gold` tasks, `attempts` of the solver at
    each, and it sees one text at a time. Pairs are not matched in length: a solver that learned from such texts writes
    them as long, so that length is learned to say nothing, where matched pairs would leave what it says to chance.
    """

    start: Start
    domain: Domain
    gold: int = 1400
    attempts: int = 6
    max_tokens: int = 16
    epochs: int = 2
    learning_rate: float = 2e-3
    role: str = "rater"

    def __post_init__(self) -> None:
        require(self.gold >= 1, self, "gold", "a whole number of at least 1")
        require(self.attempts >= 1, self, "attempts", "a whole number of at least 1")
        require(self.epochs >= 1, self, "epochs", "a whole number of at least 1")

    def __call__(self, seed: int) -> Cast:
        """The cast of the inner start with the rater; ValueError where that role is taken."""
        from headway.train.compare import Compare

        cast = self.start(seed)
        require_free(cast, self, self.role)
        writer = cast.learner("solver")
        rater = writer.copy()
        pairs = self.comparisons(cast, seed)
        compare = Compare(epochs=self.epochs, learning_rate=self.learning_rate)
        compare.train(rater, pairs, derived_seed(seed, "rater"))
        return cast.replace(self.role, rater)

    def comparisons(self, cast: Cast, seed: int) -> list[tuple[str, str, str]]:
        """Prompts with the world's answer and one by the writer; training tasks only."""
        world = graded_by_the_world(self.domain, self.gold, world_seed(seed))
        right = world.filter(world.verdict(WORLD) == 1.0)
        sample = Each(self.domain, attempts=self.attempts, max_tokens=self.max_tokens)
        tried = sample(cast, self.domain.tasks(self.gold, world_seed(seed)), derived_seed(seed, "compared"))
        return beside(right, tried, derived_seed(seed, "pairs"))


def beside(right: Attempts, tried: Attempts, seed: int) -> list[tuple[str, str, str]]:
    """Each attempt that can be read beside a text by the world at its prompt, drawn evenly."""
    random = np.random.default_rng(seed)
    given: dict[str, list[str]] = {}
    for prompt, answer in zip(right.prompts, right["answer"], strict=True):
        given.setdefault(str(prompt), []).append(answer)
    written = [(str(prompt), answer) for prompt, answer in zip(tried.prompts, tried["answer"], strict=True)]
    return [
        (prompt, choices[random.integers(len(choices))], answer)
        for prompt, answer in written
        if answer is not None and (choices := given.get(prompt))
    ]
