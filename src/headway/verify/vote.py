"""The majority: self-consistency, used as a label (TTRL, arXiv:2504.16084)."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts, Prompt
from headway.cast import Cast
from headway.seeds import derived_seed, derived_seeds
from headway.stages import Domain, require


@dataclass(frozen=True)
class Vote:
    """1.0 where an answer has strictly more votes than any other answer at its task, else 0.0.

    The attempts themselves vote, and beside them `ballots` attempts by each of the roles `others`, which need `domain`
    to be read and are at most `max_tokens` long: one attempt, one vote. An unreadable attempt (answer null) has no
    vote and never wins; at a tie, and where nobody could be read, nobody has an opinion. With `share` the winner also
    needs that share of all votes, unreadable ones included; otherwise nobody wins. `reads` the roles that vote.
    """

    name: str = "vote"
    role: str = "solver"
    share: float = 0.0
    others: tuple[str, ...] = ()
    ballots: int = 8
    domain: Domain | None = None
    max_tokens: int = 16

    def __post_init__(self) -> None:
        require(0.0 <= self.share <= 1.0, self, "share", "between 0 and 1")
        require(self.ballots >= 1, self, "ballots", "a whole number of at least 1")
        require(self.max_tokens >= 1, self, "max_tokens", "a whole number of at least 1")
        require(not self.others or self.domain is not None, self, "domain", "the domain that reads the others' votes")

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.role, *self.others)))

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """One number in {0, 1} a row, null at ties."""
        counts = self.counted(cast, attempts)
        rows = attempts.frame.select("task", "answer").join(counts, on="task", how="left", maintain_order="left")
        elected = (pl.col("first") > pl.col("second")) & (pl.col("first") > 0)
        enough = pl.col("first") >= self.share * pl.col("votes") - 1e-9
        won = ((pl.col("answer") == pl.col("winner")) & enough).fill_null(False).cast(pl.Float64)
        return rows.select(pl.when(elected).then(won).alias(self.name)).to_series()

    def counted(self, cast: Cast, attempts: Attempts) -> pl.DataFrame:
        """A row a task: `task`, `winner` (of the most votes), `first`, `second`, `readable`, `votes` (all).

        `first` and `second` are the votes of the answer with the most and of the one after it, 0 where there is none.
        """
        own = attempts.frame.select("task", "answer")
        ballots = pl.concat([own, *(self._ballots(cast, role, attempts) for role in self.others)])
        counts = ballots.group_by("task", "answer", maintain_order=True).agg(n=pl.len().cast(pl.Int64))
        ranked = counts.sort(pl.col("answer").is_null(), -pl.col("n"), maintain_order=True)
        readable = pl.col("n").filter(pl.col("answer").is_not_null())
        return ranked.group_by("task", maintain_order=True).agg(
            winner=pl.col("answer").first(),
            first=readable.get(0, null_on_oob=True).fill_null(0),
            second=readable.get(1, null_on_oob=True).fill_null(0),
            readable=readable.sum(),
            votes=pl.col("n").sum(),
        )

    def _ballots(self, cast: Cast, role: str, attempts: Attempts) -> pl.DataFrame:
        """What another role answers at each of the tasks, `ballots` times, drawn with a seed of its own."""
        asked = attempts.frame.select("task", "prompt").unique("task", maintain_order=True)
        rows = asked.select(pl.all().repeat_by(self.ballots).explode())
        prompts: list[Prompt] = rows["prompt"].to_list()
        seeds: np.ndarray = derived_seeds(derived_seed("vote", role), asked["task"].to_list(), self.ballots)
        texts = cast[role].sample(prompts, seeds, temperature=1.0, top_p=1.0, max_tokens=self.max_tokens).texts
        assert self.domain is not None
        read = {text: self.domain.read(text) for text in set(texts)}
        return rows.select("task", pl.Series("answer", [read[text] for text in texts], dtype=pl.String))
