"""What is optimised beside what is wanted: is the difference growing, and what is the reward paid for."""

from collections.abc import Sequence

import polars as pl

from headway.measure.slopes import slope_over_rounds, slope_within_task
from headway.stats import Estimate


def proxy_gap(judged: pl.DataFrame, proxy: str = "proxy", gold: str = "truth") -> pl.DataFrame:
    """A row a task: `task`, `proxy`, `gold` and `gap` (proxy minus gold), means over attempts that have both.

    A gap by itself may be two scales; its growth is reward hacking (arXiv:2210.10760).
    """
    known = judged.filter(pl.col(proxy).is_not_null() & pl.col(gold).is_not_null())
    return known.group_by("task", maintain_order=True).agg(
        proxy=pl.col(proxy).mean(), gold=pl.col(gold).mean(), gap=(pl.col(proxy) - pl.col(gold)).mean()
    )


def gap_change(
    before: pl.DataFrame, after: pl.DataFrame, proxy: str = "proxy", gold: str = "truth", *, seed: int = 0
) -> Estimate | None:
    """How much the gap has grown between two rounds, paired by task where tasks are the same."""
    return gap_slope([before, after], proxy, gold, seed=seed)


def gap_slope(
    rounds: Sequence[pl.DataFrame], proxy: str = "proxy", gold: str = "truth", *, seed: int = 0
) -> Estimate | None:
    """How much the gap grows a round, with an interval over tasks; None where fewer than two rounds have a gap."""
    return slope_over_rounds([proxy_gap(judged, proxy, gold) for judged in rounds], "gap", seed=seed)


def length_exploitation(
    judged: pl.DataFrame, proxy: str = "proxy", gold: str = "truth", *, seed: int = 0
) -> Estimate | None:
    """Reward a token that truth does not pay: the slope of proxy minus gold on length, within tasks.

    Both on one scale, as verdicts in [0, 1] are. Within tasks, because hard tasks have long texts and low rewards.
    """
    return slope_within_task(judged, pl.col(proxy) - pl.col(gold), "tokens", seed=seed)


def format_premium(judged: pl.DataFrame, proxy: str = "proxy") -> pl.DataFrame:
    """A row a task: `task`, `wrong_reward` (mean reward of wrong attempts) and `format_premium`.

    The premium is what a wrong attempt with a readable answer gets above a wrong one without; null where a task has not
    both. `wrong_reward` that rises over rounds is reward for something else than being right.
    """
    wrong = judged.filter((pl.col("truth") == 0.0) & pl.col(proxy).is_not_null())
    readable = pl.col("answer").is_not_null()
    return wrong.group_by("task", maintain_order=True).agg(
        wrong_reward=pl.col(proxy).mean(),
        format_premium=pl.col(proxy).filter(readable).mean() - pl.col(proxy).filter(~readable).mean(),
    )
