"""A choice between two words that is read off the odds, without a reply being drawn."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.attempts import Attempts, Tasks, field_names
from headway.cast import Cast, Chooser
from headway.domains.outcomes.outcome import FORCED
from headway.sample.each import hexadecimal
from headway.seeds import derived_seeds

LEAST = 1e-12
"""Odds are kept this far from 0, so that a log-probability is finite."""


@dataclass(frozen=True)
class Choose:
    """Both words of every task as two attempts, the log-probability of each as if nothing else could be said.

    The task's trait `words` names them (`domains.Goods`, `domains.Sentences`). Where odds cannot be read there is none.
    """

    role: str = "solver"

    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts:
        """Two rows a task; ValueError where the policy cannot be made to choose, or a task has no words."""
        policy = cast[self.role]
        if not isinstance(policy, Chooser):
            raise ValueError(f"{type(policy).__name__} gives no odds of two words; sample replies with Each instead")
        if "words" not in field_names(tasks.frame, "traits"):
            raise ValueError("these tasks have no trait `words`, so there are no two words to choose between")
        words = [tuple(one) for one in tasks["traits"].struct.field("words").to_list()]
        share = np.full(len(words), np.nan)
        for pair in dict.fromkeys(words):
            rows = [row for row, one in enumerate(words) if one == pair]
            prompts = tasks["prompt"].gather(rows).to_list()
            share[rows] = [np.nan if one is None else one for one in policy.odds(prompts, pair)]
        frame = tasks.frame.select(pl.all().repeat_by(2).explode())
        both = np.clip(np.stack([share, 1.0 - share], axis=1).ravel(), LEAST, 1.0)
        said = [word for pair in words for word in pair]
        made = Attempts(
            frame.with_columns(
                pl.Series("id", hexadecimal(derived_seeds(seed, tasks["task"].to_list(), 2))),
                pl.lit(self.role).alias("author"),
                pl.Series("text", said),
                pl.Series("answer", said),
                pl.Series("logprob", np.log(both)).fill_nan(None),
                pl.lit(FORCED).alias("finish"),
            )
        )
        return made.filter(pl.col("logprob").is_not_null())
