"""A citizens' assembly: what people wrote down of which outcomes are worse, and what most of them then choose."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import WORLD, Attempts
from headway.cast import Cast
from headway.stages import require


@dataclass(frozen=True)
class Clause:
    """One written standard: an outcome with the tag `worse` is worse than one without it that has the tag `than`.

    Without `than` it is worse than any outcome without it. `says` is the sentence that people agreed on.
    """

    worse: str
    than: str = ""
    says: str = ""

    def chooses(self, first: set[str], second: set[str]) -> int:
        """1 for the first outcome, -1 for the second, by their tags; 0 where this standard does not tell them apart."""
        if self._against(first, second):
            return -1
        return 1 if self._against(second, first) else 0

    def _against(self, one: set[str], other: set[str]) -> bool:
        return self.worse in one and self.worse not in other and (not self.than or self.than in other)


@dataclass(frozen=True)
class Member:
    """Somebody in the assembly: standards by weight; the first that tells two outcomes apart decides."""

    name: str
    clauses: tuple[Clause, ...]

    def chooses(self, first: set[str], second: set[str]) -> int:
        """1 for the first outcome, -1 for the second, 0 for an abstention."""
        return next((said for clause in self.clauses if (said := clause.chooses(first, second))), 0)


@dataclass(frozen=True)
class Assembly:
    """What more than half of all members choose, by the outcomes' tags; silent where there is no such majority.

    It reads what people wrote, and no weights. Tasks are choices between outcomes, with the traits `tags` and `words`.
    """

    members: tuple[Member, ...]
    name: str = "assembly"

    def __post_init__(self) -> None:
        require(len(self.members) >= 1, self, "members", "one or more members")

    @property
    def reads(self) -> tuple[str, ...]:
        return (WORLD,)

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """1.0 for the word that the assembly chooses, 0.0 for the other, null where it is silent."""
        rows = attempts.frame.select("answer", trait="traits").unnest("trait").select("answer", "words", "tags")
        chosen = {tags: self.chooses(*tags) for tags in {tuple(tags) for tags in rows["tags"].to_list()}}
        verdicts = []
        for answer, words, tags in rows.iter_rows():
            said = chosen[tuple(tags)]
            wanted = None if said == 0 else words[0] if said > 0 else words[1]
            verdicts.append(None if wanted is None else float(answer == wanted))
        return pl.Series(self.name, verdicts, dtype=pl.Float64)

    def chooses(self, first: str, second: str) -> int:
        """1 for the first outcome, -1 for the second, 0 for no majority; tags are words in one text."""
        votes = [member.chooses(set(first.split()), set(second.split())) for member in self.members]
        for side in (1, -1):
            if 2 * votes.count(side) > len(votes):
                return side
        return 0
