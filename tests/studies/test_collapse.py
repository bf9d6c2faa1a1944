"""The study's claims at small size, on real loops; the arithmetic of claims in closed form."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headway.domains import Puzzles
from headway.report import write
from headway.stages import Report, Round, Ruling
from headway.stats import Estimate
from headway.studies.collapse import ABLATIONS, ABOUT, MAIN, Collapse
from headway.studies.contrasts import at_least, at_most, contrast, curves_cross, ends, falls, rises, trend_over_rounds
from headway.studies.trials import carry_out


def report(accuracy, tasks=50, n=8, seed=0):
    right = np.random.default_rng(seed).binomial(n, accuracy, size=tasks)
    frame = pl.DataFrame({"task": [str(i) for i in range(tasks)], "n": n, "right": right, "accuracy": right / n})
    return Report({"accuracy": Estimate(float(right.mean() / n), 0.0, 1.0, tasks)}, frame)


def test_a_contrast_is_over_seeds_where_there_are_several_and_over_tasks_where_there_is_one():
    several = contrast([report(0.2, seed=i) for i in range(4)], [report(0.6, seed=i) for i in range(4)], "accuracy")
    assert (several.seeds, several.difference.n) == (4, 4)
    assert several.p_value == pytest.approx(2 / 16)
    one = contrast([report(0.2)], [report(0.6)], "accuracy")
    assert (one.seeds, one.difference.n, one.p_value) == (1, 50, None)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.1, 0.2, {"rises": True, "falls": False, "at most .02": False, "at least -.03": True}),
        (-0.2, -0.1, {"rises": False, "falls": True, "at most .02": True, "at least -.03": False}),
        (-0.1, 0.1, {"rises": None, "falls": None, "at most .02": None, "at least -.03": None}),
    ],
)
def test_a_claim_holds_fails_or_cannot_be_told(low, high, expected):
    found = replace(contrast([report(0.2)], [report(0.6)], "accuracy"), difference=Estimate(0.0, low, high, 8))
    assert rises("", found).holds is expected["rises"]
    assert falls("", found).holds is expected["falls"]
    assert at_most("", found, 0.02).holds is expected["at most .02"]
    assert at_least("", found, -0.03).holds is expected["at least -.03"]


def test_the_crossover_is_where_the_later_curve_falls_below():
    tasks = 40
    spread = pl.DataFrame({"task": [str(i) for i in range(tasks)], "n": 8, "right": [2] * tasks})
    narrow = pl.DataFrame({"task": [str(i) for i in range(tasks)], "n": 8, "right": [8] * 20 + [0] * 20})
    found = curves_cross([Report({}, spread)], [Report({}, narrow)])
    # pass@1 .25 against .50; pass@2 1 - C(6,2)/C(8,2) = .464 against .5; pass@3 .643 against .5
    assert found is not None
    assert found.k == 3
    assert curves_cross([Report({}, spread)], [Report({}, spread)]) is None


def test_what_a_run_ends_with_is_what_its_gate_keeps():
    kept, lost = report(0.5), report(0.1)
    run = (Round(0, report=kept, ruling=Ruling(True, 0, 0, "")), Round(1, report=lost, ruling=Ruling(False, 0, 0, "")))
    assert ends([run]) == [kept]


def test_a_trend_needs_seeds():
    rows = [tuple(Round(i, report=report(0.1 + 0.15 * i, tasks=400, seed=seed)) for i in range(5)) for seed in range(4)]
    assert trend_over_rounds(rows, "accuracy") < 0.01
    assert trend_over_rounds(rows[:1], "accuracy") is None


def test_every_arm_gets_the_same_budget():
    arms = Collapse(seeds=1).arms(Puzzles(), 0)
    assert set(arms) == {"none", *MAIN, *ABLATIONS} == set(ABOUT)
    budgets = {
        (arm.start, arm.loop.propose, arm.loop.sample, arm.loop.measure, replace(arm.loop.train, interpolate=0.0))
        for arm in arms.values()
    }
    assert len(budgets) == 1
    assert not any(arm.loop.select.of == "self" for name, arm in arms.items() if name not in ("self", "none"))


@pytest.mark.slow
def test_the_claims_at_small_size(tmp_path):
    """What the demo shows, self-judged: self-score up, coverage down; guarded: accuracy up, coverage held. One seed."""
    study = Collapse(domains=(Puzzles(),), seeds=1, ablations=False)
    for _ in carry_out(study.trials, tmp_path, workers=2):
        pass
    page = study.page(tmp_path)
    claims = {claim.sentence.removeprefix("puzzles: "): claim.holds for claim in page.claims}
    assert claims["self: the model thinks better and better of its own answers (self-score)"]
    assert claims["self: accuracy is flat or down"] is not False, "one seed may not be enough to say so"
    assert claims["self: coverage falls (pass@32)"]
    assert claims["self: still a working language model (readable answers)"]
    assert claims["guarded: accuracy rises"]
    assert claims["guarded: coverage is held (pass@32)"]
    write(page, tmp_path / "report.html")


def test_a_killed_study_goes_on_where_it_was(tmp_path):
    """A study is killed, its workers end with it, and run again it ends with the same bits."""
    code = (
        "import sys\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "from headway.domains import Puzzles\n"
        "from headway.experiment import changed\n"
        "from headway.journal import run_hash\n"
        "from headway.studies.collapse import Collapse\n"
        "from headway.studies.trials import carry_out\n"
        "small = {'start.gold': 100, 'start.graded': 20, 'start.epochs': 1, 'propose.tasks': 5, 'measure.tasks': 5,\n"
        "         'measure.sample.attempts': 16, 'select.gold': 100, 'select.graded': 20}\n"
        "if __name__ == '__main__':\n"
        "    folder = Path(sys.argv[1])\n"
        "    study = Collapse(domains=(Puzzles(),), seeds=1, rounds=1, ablations=False)\n"
        "    trials = [replace(each, experiment=changed(each.experiment, small)) for each in study.trials]\n"
        "    for number, step in enumerate(carry_out(trials, folder, workers=1)):\n"
        "        if number == int(sys.argv[2]):\n"
        "            import os, signal\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "    print({str(each.folder): run_hash(folder / each.folder) for each in trials})\n"
    )
    script = tmp_path / "study.py"
    script.write_text(code)

    def study(folder, kill_at):
        return subprocess.run(
            [sys.executable, str(script), str(tmp_path / folder), str(kill_at)],
            capture_output=True, text=True, check=False, start_new_session=True, env=dict(os.environ),
        )  # fmt: skip

    untouched = study("whole", -1)
    assert untouched.returncode == 0, untouched.stderr
    assert study("killed", 9).returncode == -9
    again = study("killed", -1)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout.replace("'", '"')) == json.loads(untouched.stdout.replace("'", '"'))
