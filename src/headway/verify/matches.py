"""What a text looks like, by a regular expression: a reward for form, as formats are paid for."""

import re
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.stages import require


@dataclass(frozen=True)
class Matches:
    """1.0 where the text has a part that matches `pattern` (Python's `re`), else 0.0. Nobody's weights are read."""

    pattern: str
    name: str = "matches"

    def __post_init__(self) -> None:
        try:
            self.compiled  # noqa: B018
        except re.error as error:
            require(False, self, "pattern", f"a regular expression ({error})")

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, ready to search with."""
        return re.compile(self.pattern)

    @property
    def reads(self) -> tuple[str, ...]:
        return (WORLD,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number a row."""
        found = {text: float(self.compiled.search(text) is not None) for text in attempts["text"].unique()}
        return pl.Series(self.name, [found[text] for text in attempts["text"]], dtype=pl.Float64)
