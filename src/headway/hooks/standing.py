"""How a trainer's policy stands by gold and by coverage: what is logged beside the reward, and what is kept."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from headway.measure.quality import pass_at_k
from headway.measure.sameness import distinct_at_k, same_pairs


def by_prompt(frame: pl.DataFrame) -> pl.DataFrame:
    """A row a prompt: `task`, `gold`, `coverage`, `distinct_right` and `same_answer`, null where unknown.

    Coverage is pass@k, and right answers are counted among k attempts, at the smallest group's size k.
    """
    answer = pl.coalesce("answer", "text")
    said = frame.select("task", said=answer)
    same = same_pairs(said).rename({"same": "same_answer"})
    judged = frame.filter(pl.col("gold").is_not_null())
    if not judged.height:
        nothing = [pl.lit(None, dtype=pl.Float64).alias(name) for name in ("gold", "coverage", "distinct_right")]
        return frame.select("task").unique().with_columns(nothing).join(same, on="task", how="left")
    right = pl.col("gold") >= 0.5
    counts = judged.group_by("task").agg(pl.col("gold").mean(), right=right.sum(), n=pl.len()).sort("task")
    k = int(counts["n"].min())  # type: ignore[arg-type]
    covered = pass_at_k(counts["right"].to_numpy(), counts["n"].to_numpy(), k)
    different = distinct_at_k(judged.select("task", said=pl.when(right).then(answer)), [k])
    return (
        counts.select("task", "gold", pl.Series("coverage", covered))
        .join(different.rename({f"@{k}": "distinct_right"}), on="task", how="left")
        .join(same, on="task", how="left")
    )


@dataclass(frozen=True)
class Window:
    """What the policies between two checkpoints did: gold and coverage, one number a prompt."""

    gold: np.ndarray
    coverage: np.ndarray

    @property
    def score(self) -> float:
        """Gold and coverage count alike: being right more often on fewer prompts is not simply better."""
        return float(0.5 * (self.gold.mean() + self.coverage.mean()))


@dataclass
class Standing:
    """Windows in the order of their checkpoints, and whether the latest has fallen behind the best.

    The error of all comparisons together is `alpha`: comparison r gets alpha * 6 / (pi^2 r^2).
    """

    margin: float = 0.05
    alpha: float = 0.05
    windows: list[Window] = field(default_factory=list)

    def add(self, rows: Sequence[pl.DataFrame]) -> None:
        """A checkpoint's window, from the rows by prompt since the checkpoint before it."""
        frame = pl.concat(rows).drop_nulls(["gold", "coverage"])
        self.windows.append(Window(frame["gold"].to_numpy(), frame["coverage"].to_numpy()))

    @property
    def best(self) -> int:
        """The index of the window with the highest score; the earlier one of equals."""
        return int(np.argmax([window.score if len(window.gold) else -math.inf for window in self.windows]))

    def fallen(self) -> bool:
        """Whether gold or coverage of the latest window is shown to be more than the margin below the best window's."""
        latest, best = self.windows[-1], self.windows[self.best]
        alpha = self.alpha * 6.0 / (math.pi * max(1, len(self.windows) - 1)) ** 2 / 2.0
        return any(
            _below(now, then, alpha, self.margin)
            for now, then in ((latest.gold, best.gold), (latest.coverage, best.coverage))
        )


def _below(now: np.ndarray, then: np.ndarray, alpha: float, margin: float) -> bool:
    """Whether the mean of `now` is shown to lie more than `margin` below that of `then` (Welch)."""
    from scipy.special import stdtrit

    if min(now.size, then.size) < 2:
        return False
    variances = now.var(ddof=1) / now.size, then.var(ddof=1) / then.size
    total = sum(variances)
    if total == 0.0:
        return bool(then.mean() - now.mean() > margin)
    freedom = total**2 / (variances[0] ** 2 / (now.size - 1) + variances[1] ** 2 / (then.size - 1))
    return bool(then.mean() - now.mean() + stdtrit(freedom, alpha) * math.sqrt(total) > margin)
