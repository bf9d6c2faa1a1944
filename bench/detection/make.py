"""Run the loops of the exam, one folder each, and go on where an earlier process ended."""

import time
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from bench.detection.cases import Case, loop, pretrained
from headway.cast import Cast
from headway.policy import load
from headway.stages import Round

BASES = 3
"""First policies in a domain: seeds beyond share them, and differ in tasks, sampling and training."""


def make(cases: Iterable[Case], folder: Path) -> None:
    """Run every case that `folder` does not hold yet; each is written whole, then renamed into place."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        target = folder / case.name
        if target.exists():
            continue
        started = time.monotonic()
        partial = folder / f".{case.name}"
        partial.mkdir(exist_ok=True)
        rounds = list(loop(case).run(start(case, folder), rounds=case.size.rounds, seed=case.seed))
        rollouts(case, rounds).write_parquet(partial / "rollouts.parquet")
        truth(rounds).write_parquet(partial / "truth.parquet")
        partial.rename(target)
        print(f"{case.name} {time.monotonic() - started:.1f} s", flush=True)


def start(case: Case, folder: Path) -> Cast:
    """The policy before round 1, made once for all arms."""
    seed = case.seed % BASES
    kept = folder / ".bases" / f"{case.of}_{seed}"
    if not kept.exists():
        partial = kept.with_name(kept.name + ".partial")
        partial.mkdir(parents=True, exist_ok=True)
        pretrained(case)(seed)["solver"].save(partial)
        partial.rename(kept)
    policy = load(kept)
    return Cast({"solver": policy, "base": policy})


def rollouts(case: Case, rounds: list[Round]) -> pl.DataFrame:
    """What a log of this run would hold: the attempts of every round, with the verdict that was optimised as reward."""
    frames = []
    of = loop(case).select.of
    for turn in rounds:
        if turn.attempts is None or turn.sampled is None:
            continue
        judged = turn.attempts.filter(pl.int_range(pl.len()) < len(turn.sampled))
        nothing = pl.Series([None] * len(judged), dtype=pl.Float64)
        frames.append(
            judged.frame.select(
                pl.lit(turn.index, dtype=pl.Int64).alias("step"),
                pl.lit("train").alias("split"),
                *("task", "prompt", "text", "answer"),
                (nothing if of is None else judged.verdict(of)).alias("reward"),
                judged.verdict("tool").alias("gold"),
                (judged.verdict("self") if case.states_confidence and of != "self" else nothing).alias("confidence"),
                "logprob",
                nothing.alias("entropy"),
                *("tokens", "finish", "domain", "level", "author"),
            )
        )
    return pl.concat(frames)


def truth(rounds: list[Round]) -> pl.DataFrame:
    """Every round's exam, a row a held-out task: `round`, and the columns of its report."""
    return pl.concat(
        [
            turn.report.by_task.with_columns(pl.lit(turn.index).alias("round"))
            for turn in rounds
            if turn.report is not None
        ],
        how="diagonal_relaxed",
    )
