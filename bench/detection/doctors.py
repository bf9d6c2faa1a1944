"""Published run doctors on the same loops, with their own settings: `rlwatch` and `rlprobe`, where they are installed.

Both read numbers of optimizer steps and want dozens of them. A round is therefore given as steps of 16 prompts, which
is what a GRPO step of 128 rollouts is; each sees reward, its spread, surprise as entropy, length, groups without a
signal, and `rlprobe` the exact check as a second component of the reward.
"""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import polars as pl

PROMPTS = 16


def steps_of(rollouts: pl.DataFrame) -> pl.DataFrame:
    """A row a step of 16 prompts: its numbers, and the round that it came from; prompts in the order of the log."""
    place = (pl.col("task").rank("dense").over("step") - 1) // PROMPTS
    numbered = rollouts.with_columns(part=place.cast(pl.Int64), optimised=pl.col("reward").fill_null(pl.col("gold")))
    grouped = numbered.group_by("step", "part", "task").agg(
        pl.col("optimised", "gold").mean(),
        spread=pl.col("optimised").std(),
        surprise=(-pl.col("logprob") / pl.col("tokens")).mean(),
        tokens=pl.col("tokens").mean(),
        rewards=pl.col("optimised"),
    )
    made = grouped.group_by("step", "part").agg(
        pl.col("optimised", "gold", "spread", "surprise", "tokens").mean(),
        dead=(pl.col("spread") < 1e-9).mean(),
        all_rewards=pl.col("rewards").explode(),
    )
    return made.sort("step", "part").rename({"step": "round"}).with_row_index("step")


def rlwatch(rollouts: pl.DataFrame) -> int | None:
    """The first round in which rlwatch alerts, None where it never does."""
    from rlwatch.config import RLWatchConfig
    from rlwatch.detectors import DetectorSuite

    suite = DetectorSuite(RLWatchConfig())
    for row in steps_of(rollouts).iter_rows(named=True):
        rewards = pl.Series(row["all_rewards"])
        alerts = suite.check_step(
            row["step"],
            entropy=row["surprise"],
            reward_mean=row["optimised"],
            reward_std=rewards.std(),
            rewards=rewards.to_numpy(),
            advantage_std=row["spread"],
        )
        if alerts:
            return row["round"]
    return None


def rlprobe(rollouts: pl.DataFrame) -> int | None:
    """The first round after which rlprobe's doctor finds anything worse than `info`, None where it never does."""
    from rlprobe.doctor.engine import diagnose_view
    from rlprobe.doctor.runview import RunView
    from rlprobe.schemas import RunManifest, StepRecord

    steps = steps_of(rollouts)
    records = [
        StepRecord(
            step=row["step"],
            reward_mean=row["optimised"],
            reward_std=pl.Series(row["all_rewards"]).std(),
            reward_components={"reward": row["optimised"], "gold": row["gold"]},
            entropy_mean=row["surprise"],
            completion_len_mean=row["tokens"],
            group_reward_std_mean=row["spread"],
            zero_variance_group_frac=row["dead"],
        )
        for row in steps.iter_rows(named=True)
    ]
    for turn in steps["round"].unique().sort():
        seen = records[: int((steps["round"] <= turn).sum())]
        found = diagnose_view(RunView(RunManifest(run_id="loop", created_at="", algorithm="grpo"), seen))
        if any(one.severity != "info" for one in found):
            return int(turn)
    return None


DOCTORS: dict[str, Callable[[pl.DataFrame], int | None]] = {"rlwatch 0.5.1": rlwatch, "rlprobe 0.1.0": rlprobe}


def diagnosed(folder: Path) -> dict[str, int | None]:
    """The first round at which each doctor accuses a loop, kept beside it; empty where they are not installed."""
    kept = folder / "doctors.json"
    if not kept.exists():
        if any(find_spec(name.split()[0]) is None for name in DOCTORS):
            return {}
        rollouts = pl.read_parquet(folder / "rollouts.parquet")
        kept.write_text(json.dumps({name: doctor(rollouts) for name, doctor in DOCTORS.items()}))
    return json.loads(kept.read_text())
