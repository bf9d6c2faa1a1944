"""Lines of verse about a word: open-ended writing, learned from real lines.

`a line with night:` is asked, and any line that has the word in it and reads like one will do.
"""

import random
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.asked import asked
from headway.domains.gold import gold
from headway.domains.lines import LONGEST, SHORTEST, Corpus, corpus, neighbours, taken_apart, together, words_of
from headway.domains.split import distinct_prompts
from headway.seeds import derived_seed

BEGIN, END = "a line with", ":"
READS = 0.75
"""Pairs of neighbours that the corpus has, as a share: nine in ten lines of plays that were left out have as many."""


@dataclass(frozen=True)
class Verse:
    """A line of verse with a given word in it; `text` names the corpus, Shakespeare's plays where nothing is said.

    The answer is the line in a canonical spelling; a text with unknown words, or too short or too long, has none. A
    line is right if it has the word, and if `READS` of its neighbouring words stand beside each other somewhere in the
    corpus: a floor for coherence, that says nothing of how good a line is. Gold has up to `ways` lines a task.
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
        """`n` distinct words to write a line with, drawn evenly."""
        draws = random.Random(seed)
        words = list(self.lines.about)

        def draw() -> str:
            return f"{BEGIN} {draws.choice(words)}{END}"

        def known(prompt: str) -> tuple[int, str]:
            return 1, together(random.Random(derived_seed(prompt)).choice(self.lines.about[word_of(prompt)]))

        return asked(self.name, distinct_prompts(draw, n, held_out=held_out, what=repr(self)), known)

    def read(self, text: str) -> str | None:
        """The line with a space before every word; None for a text that is no line of common words."""
        tokens = taken_apart(text)
        words = words_of(tokens)
        if not SHORTEST <= len(words) <= LONGEST or not self.lines.known.issuperset(words):
            return None
        if together(tokens).strip() != text.strip():
            return None
        return together(tokens)

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if the line has the word and its neighbours are known."""
        del truth  # any such line will do
        if answer is None:
            return 0.0
        tokens = taken_apart(answer)
        beside = list(neighbours(tokens))
        known = sum(pair in self.lines.pairs for pair in beside)
        return float(word_of(str(prompt)) in tokens and known >= READS * len(beside))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: real lines with the word, and one with another word as wrong."""
        draws = random.Random(seed + 1)
        every = self.lines.lines

        def tried(task: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
            word = word_of(task["prompt"])
            lines = self.lines.about[word]
            right = draws.sample(lines, min(self.ways, len(lines)))
            other = next(line for line in iter(lambda: draws.choice(every), None) if word not in line)
            return (*((together(line), 1.0) for line in right), (together(other), 0.0))

        return gold(self.tasks(n, seed), tried, self.read)


def word_of(prompt: str) -> str:
    """The word that a prompt asks for."""
    return prompt.removeprefix(f"{BEGIN} ").removesuffix(END)
