"""Lines of verse that begin in a given way: open-ended writing, learned from real lines.

`a line: my lord` is asked, and `, i have a suit to you.` goes on, as does anything else that reads like a line.
"""

import random
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.asked import asked
from headway.domains.gold import gold
from headway.domains.lines import (
    LONGEST,
    OPENING,
    SHORTEST,
    Corpus,
    corpus,
    neighbours,
    taken_apart,
    together,
    words_of,
)
from headway.domains.split import distinct_prompts
from headway.seeds import derived_seed

BEGIN = "a line:"
READS = 0.75
"""Pairs of neighbours that the corpus has, as a share: nine in ten lines of plays that were left out have as many."""


@dataclass(frozen=True)
class Verse:
    """The rest of a line of verse of which two words are given; `text` names the corpus, where nothing is said plays.

    The answer is the rest in a canonical spelling; a text with unknown words, or too short or too long for a line, has
    none. It is right if `READS` of the line's neighbouring words stand beside each other somewhere in the corpus: a
    floor for coherence, that says nothing of how good a line is. Gold has up to `ways` real lines a task.
    """

    text: str = "plays"
    ways: int = 24

    def __post_init__(self) -> None:
        if self.ways < 1:
            raise ValueError(f"Verse.ways is {self.ways}; allowed: a whole number of at least 1")

    @property
    def name(self) -> str:
        return "verse"

    @property
    def lines(self) -> Corpus:
        """The corpus."""
        return corpus(self.text)

    @property
    def pieces(self) -> tuple[str, ...]:
        """Every common word with a space before it, the marks, and letters, so that whatever is written can be read."""
        return (BEGIN, *",.;:?!", *string.ascii_lowercase, "'", " ", *(f" {word}" for word in self.lines.words))

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct openings to go on from, drawn evenly."""
        draws = random.Random(seed)
        openings = list(self.lines.openings)

        def draw() -> str:
            return f"{BEGIN} {draws.choice(openings)}"

        def known(prompt: str) -> tuple[int, str]:
            return 1, together(random.Random(derived_seed(prompt)).choice(self.lines.openings[opening_of(prompt)]))

        return asked(self.name, distinct_prompts(draw, n, held_out=held_out, what=repr(self)), known)

    def read(self, text: str) -> str | None:
        """The rest of a line with a space before every word; None for a text that is none."""
        tokens = taken_apart(text)
        words = words_of(tokens)
        if not SHORTEST <= OPENING + len(words) <= LONGEST or not self.lines.known.issuperset(words):
            return None
        return together(tokens) if together(tokens).strip() == text.strip() else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the neighbours in the whole line are known."""
        del truth  # any such line will do
        if answer is None:
            return 0.0
        beside = list(neighbours(taken_apart(f"{opening_of(str(prompt))}{answer}")))
        known = sum(pair in self.lines.pairs for pair in beside)
        return float(known >= READS * len(beside))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: how real lines go on, and one with its words in another order as wrong."""
        draws = random.Random(seed + 1)

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            lines = self.lines.openings[opening_of(task["prompt"])]
            right = draws.sample(lines, min(self.ways, len(lines)))
            wrong = together(draws.sample(right[0], len(right[0])))
            bad = [(wrong, 0.0)] if not self.check(task["prompt"], None, self.read(wrong)) else []
            return (*((together(line), 1.0) for line in right), *bad)

        return gold(self.tasks(n, seed), tried, self.read)


def opening_of(prompt: str) -> str:
    """The words that a prompt gives."""
    return prompt.removeprefix(f"{BEGIN} ")
