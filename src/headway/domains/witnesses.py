"""Who was it? Witnesses of unknown reliability name somebody: a question whose answer can be known only so well."""

import random
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts

CHOICES = "0123456789"


@dataclass(frozen=True)
class Witnesses:
    """`witnesses` names, each one of `choices`, and the right one is asked for.

    In every task one of the choices is right, and one reliability, drawn evenly between `least` and `most`, is that of
    all its witnesses: each names the right one with that chance, and otherwise anybody. `3130533=` is asked, and `3` is
    right most often. What is right is drawn and not a function of the prompt: the best anybody can do is `posterior`,
    so a confidence can be held against what can be known. The level is how many witnesses name the same.
    """

    witnesses: int = 7
    choices: int = 6
    least: float = 0.0
    most: float = 0.6

    def __post_init__(self) -> None:
        if not 2 <= self.choices <= len(CHOICES):
            raise ValueError(f"Witnesses.choices is {self.choices}; allowed are 2 to {len(CHOICES)}")
        if self.witnesses < 1:
            raise ValueError(f"Witnesses.witnesses is {self.witnesses}; allowed: a whole number of at least 1")
        if not 0.0 <= self.least <= self.most <= 1.0:
            raise ValueError(f"Witnesses.least is {self.least} and most is {self.most}; need 0 <= least <= most <= 1")

    @property
    def name(self) -> str:
        return f"{self.witnesses} witnesses, {self.least:g} to {self.most:g} reliable"

    @property
    def pieces(self) -> tuple[str, ...]:
        """One token a choice."""
        return (*CHOICES[: self.choices], "=")

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` tasks with distinct prompts."""
        draws = random.Random(seed)
        truths: dict[str, str] = {}

        def draw() -> str:
            prompt, truth = self._draw(draws)
            truths.setdefault(prompt, truth)
            return prompt

        prompts = list(distinct_prompts(draw, n, held_out=held_out, what=repr(self)))
        rows = [
            {
                "task": f"{self.name}: {prompt}",
                "domain": self.name,
                "level": max(prompt.count(choice) for choice in CHOICES),
                "prompt": prompt,
                "truth": truths[prompt],
            }
            for prompt in prompts
        ]
        return Tasks(pl.DataFrame(rows))

    def read(self, text: str) -> str | None:
        """One choice; None for anything else."""
        return text if re.fullmatch("[0-9]", text) and int(text) < self.choices else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float | None:
        """1.0 if that one it was; None where nobody knows."""
        return None if truth is None else float(answer == truth)

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: at each of `n` tasks who it was, and somebody else.

        Each row has a `confidence`, as a careless writer would feel it: three tenths more than the tenths of witnesses
        who agree, give or take four. It knows a little, and is too sure.
        """
        draws = random.Random(seed + 1)

        def other(truth: str) -> str:
            return draws.choice([choice for choice in CHOICES[: self.choices] if choice != truth])

        graded = gold(self.tasks(n, seed), lambda task: ((task["truth"], 1.0), (other(task["truth"]), 0.0)), self.read)
        tenths = [min(10, max(0, 4 + level + draws.randint(-4, 4))) for level in graded["level"]]
        return Attempts(graded.frame.with_columns(confidence=pl.Series(tenths) / 10.0))

    def posterior(self, prompt: str) -> np.ndarray:
        """The chance of each choice that it was it, (choices,): Bayes' rule, with reliability integrated out."""
        named = np.array([prompt.count(choice) for choice in CHOICES[: self.choices]])
        reliability, weight = self._nodes
        hit, miss = reliability + (1.0 - reliability) / self.choices, (1.0 - reliability) / self.choices
        likelihood = [weight @ (hit**n * miss ** (self.witnesses - n)) for n in named]
        return np.array(likelihood) / sum(likelihood)

    @cached_property
    def _nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """Gauss-Legendre nodes between `least` and `most` and weights: exact, the likelihood is a polynomial."""
        nodes, weights = np.polynomial.legendre.leggauss(self.witnesses // 2 + 1)
        return self.least + (self.most - self.least) * (nodes + 1.0) / 2.0, weights / 2.0

    def _draw(self, draws: random.Random) -> tuple[str, str]:
        choices = CHOICES[: self.choices]
        truth, reliability = draws.choice(choices), draws.uniform(self.least, self.most)
        named = [truth if draws.random() < reliability else draws.choice(choices) for _ in range(self.witnesses)]
        return "".join(named) + "=", truth
