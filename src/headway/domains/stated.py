"""Another domain's tasks, answered with a confidence: `22|7` is the answer 22, thought right with a chance of .7."""

import random
import re
from dataclasses import dataclass

import polars as pl

from headway.attempts import Attempts, Prompt, Tasks
from headway.stages import Domain

MARK = "|"


@dataclass(frozen=True)
class Stated:
    """Another domain, each of whose attempts ends in a mark and a whole number of tenths: `|0` to `|10`.

    What stands before the last mark is read and checked by the inner domain. The number is the `confidence` of the
    attempt: the model's own words, and nobody else's guess. It is null where it cannot be read.
    Gold says the confidence that it has. Where the inner domain's has none it says one that knows nothing: drawn for
    each row anew, the larger of two even draws, so that a model made from it has the form and uses every value.
    """

    domain: Domain

    @property
    def name(self) -> str:
        return self.domain.name

    @property
    def pieces(self) -> tuple[str, ...]:
        """Those of the inner domain, and every confidence as one token."""
        return (*self.domain.pieces, *(f"{MARK}{tenths}" for tenths in range(11)))

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """Those of the inner domain."""
        return self.domain.tasks(n, seed, held_out=held_out)

    def read(self, text: str) -> str | None:
        """The inner domain's reading of what stands before the last mark, or of everything where there is none."""
        answer, mark, _ = text.rpartition(MARK)
        return self.domain.read(answer if mark else text)

    def confidence(self, text: str) -> float | None:
        """The stated chance of being right, in [0, 1]; None where none is stated."""
        found = re.fullmatch(r"(?s:.*)\|(10|[0-9])\s*", text)
        return int(found[1]) / 10.0 if found else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float | None:
        """The inner domain's word."""
        return self.domain.check(prompt, truth, answer)

    def graded(self, n: int, seed: int) -> Attempts:
        """The inner domain's gold, with a confidence at the end of each text."""
        graded = self.domain.graded(n, seed)
        draws = random.Random(seed + 2)
        blind = pl.Series([max(draws.randint(0, 10), draws.randint(0, 10)) for _ in range(len(graded))]) / 10.0
        said = graded.frame.select(said=pl.coalesce("confidence", blind))["said"]
        tenths = (said * 10.0).round().cast(pl.Int64)
        text = pl.concat_str("text", pl.lit(MARK), tenths).alias("text")
        exact = pl.Series("confidence", [tenth / 10.0 for tenth in tenths])  # as `confidence` reads it
        return Attempts(graded.frame.with_columns(text, exact))
