"""The diversity forecast, held against what the runs of any study then did.

    python -m bench.forecasts runs/selfplay runs/calibration runs/collapse

For each arm: the forecast from what round 1 was trained on (the log-probabilities and weights of its attempts), and how
the entropy of the policy's own texts at the exam's prompts changed from round 0 to round 1. Both are means over seeds.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from headway.journal import read_run
from headway.measure.forecast import Forecast, forecasts
from headway.stages import Round
from headway.stats import Estimate
from headway.studies.forecasting import entropies
from headway.studies.varied import over_seeds_and_tasks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("studies", type=Path, nargs="+", help="folders that `headway run STUDY` made")
    for study in parser.parse_args().studies:
        clear = []
        for arm, told, came in cells(study):
            agrees = np.sign(told.value) == np.sign(came.value)
            has_sign = told.low > 0.0 or told.high < 0.0
            clear += [agrees] if has_sign else []
            word = "no forecast" if not has_sign else "agrees" if agrees else "does not agree"
            print(f"{arm:40} forecast {told} came {came} {word}")
        print(f"{study}: {sum(clear)} of {len(clear)} arms that have a forecast\n")


def cells(study: Path) -> Iterator[tuple[str, Estimate, Estimate]]:
    """Arms whose first round trained, each with the forecast and what came [nats a text]."""
    for arm in sorted({path.parent.parent for path in study.glob("*/*/*/run.json")}):
        runs = [read_run(path.parent).history for path in sorted(arm.glob("*/run.json"))]
        told = [one for run in runs if len(run) > 1 for one in foretold(run[1])]
        if told:
            changes = [change(run) for run in runs if len(run) > 1]
            came = over_seeds_and_tasks(np.stack(changes))
            assert came is not None, "every exam has prompts"
            yield str(arm.relative_to(study)), mean_of([one.change for one in told]), came


def foretold(turn: Round) -> list[Forecast]:
    """The forecast of the round's domain, from what it learned: an attempt that was dropped weighs nothing."""
    assert turn.attempts is not None
    weighed = turn.attempts.frame.select("task", "domain", "logprob", reward=pl.col("weight").fill_null(0.0))
    return forecasts(weighed)


def change(run: tuple[Round, ...]) -> np.ndarray:
    """How the entropy changed from round 0 to round 1 at each prompt of the exam."""
    before, after = run[0].exam, run[1].exam
    assert before is not None and after is not None
    return entropies(after) - entropies(before)


def mean_of(estimates: list[Estimate]) -> Estimate:
    """The mean of estimates of as many seeds, with the mean of their intervals: it says nothing of the seeds."""
    value, low, high = np.mean([(one.value, one.low, one.high) for one in estimates], axis=0)
    return Estimate(float(value), float(low), float(high), sum(one.n for one in estimates))


if __name__ == "__main__":
    main()
