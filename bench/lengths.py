"""The frontier per minute: one seed of the study of lengths, from nothing, on one core.

    python bench/lengths.py --seconds 120 --arm sure

Prints after every round the processor time so far, the share of it that trained, sampled and examined, and the
longest length up to which at least 95 % of 200 held-out problems are answered exactly, stop included.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace

import torch

from headway.experiment import Experiment
from headway.measure.ladder import by_level
from headway.stages import Round
from headway.studies.climbing import label_accuracy, reached
from headway.studies.lengths import Lengths


def timed(experiment: Experiment) -> Iterator[tuple[Round, dict[str, float]]]:
    """Every finished round, and the processor seconds that each stage has taken so far."""
    spent, last = {"start": 0.0}, time.process_time()
    cast = experiment.start(experiment.seed)
    spent["start"], last = time.process_time() - last, time.process_time()
    for turn in experiment.loop.walk(cast, rounds=experiment.rounds, seed=experiment.seed):
        now = time.process_time()
        spent[turn.stage] = spent.get(turn.stage, 0.0) + now - last
        last = now
        if turn.ruling is not None:
            yield turn, spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--arm", default="sure")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    experiment = replace(Lengths(rounds=100).experiment(asked.arm, asked.seed), rounds=100)
    print(f"{asked.arm}, seed {asked.seed}, one thread")
    for turn, spent in timed(experiment):
        assert turn.report is not None
        minutes = sum(spent.values()) / 60
        right = label_accuracy(turn)
        shares = "  ".join(f"{stage} {seconds:.0f}" for stage, seconds in spent.items() if seconds >= 1)
        print(
            f"round {turn.index:3}  {minutes:5.2f} min  frontier {reached(turn):3}  "
            f"labels right {'-' if right is None else f'{right:.3f}'}  [{shares}]  "
            + " ".join(f"{level}:{found.value:.2f}" for level, found in by_level(turn.report).items()),
            flush=True,
        )
        if sum(spent.values()) > asked.seconds:
            break


if __name__ == "__main__":
    main()
