"""Before tuning: will a reward narrow what is written, or widen it? From log-probabilities and rewards alone.

Tuning with a divergence penalty aims at the tilt p_b ~ p exp(b r) of the policy p by the reward r; b is 1 / penalty.
Along it the entropy of what is written at a task changes at the rate

    dH/db at b = 0  =  -Cov_p(log p, r)    [nats per unit of b]

since H_b = log Z_b - b E_b[r] - E_b[log p] and d E_b[f] / db = Cov_b(f, r). What is paid and was likely already
(positive covariance) narrows; what is paid and was unlikely widens. The same covariance drives the entropy of
policy gradients (arXiv:2505.22617). Of large steps it says nothing;
`tilted_entropy` follows the whole path on the same samples.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.stats import Estimate, mean_over_tasks

FEWEST = 2
"""Attempts at a task that a covariance needs."""


@dataclass(frozen=True)
class Forecast:
    """What a little tuning by this reward does to one domain."""

    domain: str
    change: Estimate
    """-Cov(log p, r) within tasks, the mean over tasks [nats per unit of tilt]; below 0 it narrows."""
    correlation: float | None
    """Of log p and reward within tasks, in [-1, 1]; None where one of them never varies."""
    entropy: Estimate
    """What is there now: the mean of -log p over tasks [nats]."""
    attempts: int
    starved: float
    """The share of tasks whose attempts are all paid alike, so that they change nothing."""

    @property
    def verdict(self) -> str:
        """`narrows`, `widens`, or `cannot tell` where the interval holds 0."""
        return "narrows" if self.change.high < 0.0 else "widens" if self.change.low > 0.0 else "cannot tell"


def forecasts(rows: pl.DataFrame, *, seed: int = 0) -> list[Forecast]:
    """A forecast for each domain, in the order of names.

    `rows` has `task`, `domain`, `logprob` (of the whole text, under the policy at temperature 1) and `reward`. Rows
    that lack one, and tasks of fewer than two attempts, are left out. Covariances are within tasks and unbiased.
    """
    known = rows.select("task", pl.col("domain").fill_null(""), "logprob", "reward").drop_nulls()
    by_task = (
        known.group_by("domain", "task", maintain_order=True)
        .agg(
            n=pl.len(),
            covariance=pl.cov("logprob", "reward", ddof=1),
            entropy=-pl.col("logprob").mean(),
            spread=(pl.col("logprob") - pl.col("logprob").mean()).pow(2).sum(),
            paid=(pl.col("reward") - pl.col("reward").mean()).pow(2).sum(),
        )
        .filter(pl.col("n") >= FEWEST)
    )
    return [
        _forecast(str(domain), by_task.filter(pl.col("domain") == domain), seed)
        for domain in by_task["domain"].unique().sort()
    ]


def _forecast(domain: str, by_task: pl.DataFrame, seed: int) -> Forecast:
    change = mean_over_tasks(-by_task["covariance"].to_numpy(), seed=seed)
    entropy = mean_over_tasks(by_task["entropy"].to_numpy(), seed=seed)
    assert change is not None and entropy is not None, "a domain is here because it has tasks"
    together = float(by_task["covariance"].to_numpy() @ (by_task["n"].to_numpy() - 1.0))
    spread, paid = (by_task[name].to_numpy().sum() for name in ("spread", "paid"))
    apart = float(np.sqrt(spread * paid))
    return Forecast(
        domain=domain,
        change=change,
        correlation=together / apart if apart > 0.0 else None,
        entropy=entropy,
        attempts=int(by_task["n"].sum()),
        starved=float((by_task["paid"] <= 1e-12).mean()),  # type: ignore[arg-type]
    )


def tilted_entropy(logprob: np.ndarray, reward: np.ndarray, tilt: float, share: np.ndarray | None = None) -> float:
    """The entropy of p exp(`tilt` r) at one task [nats], from samples of p, each counting alike.

    With `share` the rows are all that can be written and their probabilities, and the result is exact. From n samples
    it is what n samples can show: far along the path a few of them carry all the weight.
    """
    weight = np.full(len(logprob), 1.0 / len(logprob)) if share is None else np.asarray(share, dtype=np.float64)
    lifted = weight * np.exp(tilt * (np.asarray(reward, dtype=np.float64) - np.max(reward)))
    total = lifted.sum()
    tilted = lifted / total
    log_z = np.log(total / weight.sum()) + tilt * np.max(reward)
    return float(log_z - tilt * (tilted @ reward) - tilted @ logprob)
