"""The frontier per minute: one seed of the study of lengths, from nothing, on one core.

    python bench/lengths.py --seconds 120 --arm sure

Prints after every round the processor time so far, the share of it that trained, sampled and examined, and the
longest length up to which at least 95 % of 200 held-out problems are answered exactly, stop included.
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from headway.experiment import recorded
from headway.journal import Timing, read_timings
from headway.measure.ladder import by_level
from headway.stages import Round
from headway.studies.climbing import label_accuracy, reached
from headway.studies.lengths import Lengths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="processor time of this process")
    parser.add_argument("--arm", default="sure")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="a run folder, to go on with in later calls")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    experiment = Lengths(rounds=100).experiment(asked.arm, asked.seed)
    with TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch) / "run"
        for turn in recorded(experiment, folder):
            if turn.ruling is not None:
                print(line(turn, read_timings(folder)), flush=True)
                if time.process_time() > asked.seconds:
                    break


def line(turn: Round, timings: list[Timing]) -> str:
    """A finished round, with the processor time of all rounds so far."""
    assert turn.report is not None
    spent: dict[str, float] = {}
    for timing in timings:
        stage = "first training" if (timing.round, timing.stage) == (0, "cast") else timing.stage
        spent[stage] = spent.get(stage, 0.0) + (timing.cpu or 0.0)
    right = label_accuracy(turn)
    shares = "  ".join(f"{stage} {seconds:.0f}" for stage, seconds in spent.items() if seconds >= 1)
    accuracy = " ".join(f"{level}:{found.value:.2f}" for level, found in by_level(turn.report).items())
    return (
        f"round {turn.index:3}  {sum(spent.values()) / 60:5.2f} min  frontier {reached(turn):3}  "
        f"labels right {'-' if right is None else f'{right:.3f}'}  [{shares}]  {accuracy}"
    )


if __name__ == "__main__":
    main()
