"""The study's code path at small size, on real loops, and that its arms differ in what they are paid for only."""

from dataclasses import replace

import numpy as np
import pytest

from headway.experiment import read, recorded, text
from headway.journal import read_cast
from headway.report import write
from headway.select import Advantage
from headway.studies.calibration import LOOPS, Calibrated, bayes, quick

TINY = Calibrated(seeds=2, rounds=1, tasks=8, updates=2, examined=20, gold=100, arms=("binary", "brier"))


def test_arms_differ_in_what_they_are_paid_for_only():
    loops = {arm: replace(Calibrated(arms=tuple(LOOPS)).experiment(arm, 0).loop, select=Advantage()) for arm in LOOPS}
    assert len(set(loops.values())) == 1
    for arm in LOOPS:
        assert read(text(TINY.experiment(arm, 0))) == TINY.experiment(arm, 0)


def test_the_control_and_seeds_cannot_be_left_out():
    for wrong in ({"arms": ("brier",)}, {"arms": ("binary", "brier", "none")}, {"seeds": 1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Calibrated(**wrong)
    assert quick(Calibrated()).arms == ("binary", "brier")


def test_what_bayes_rule_allows_is_between_guessing_and_certainty():
    accuracy, brier = bayes(Calibrated().domain, 200)
    assert 1 / 6 < accuracy < 0.8 and 0.0 < brier < 0.25


def test_it_runs_to_a_page_that_claims_nothing_it_cannot_tell(tmp_path):
    for trial in TINY.trials:
        base = tmp_path / "witnesses" / "base" / f"seed-{trial.experiment.seed}"
        cast = read_cast(base, 0) if trial.experiment.rounds else None
        rounds = list(recorded(trial.experiment, tmp_path / trial.folder, cast))
        if trial.experiment.rounds:
            weights = rounds[-1].attempts["weight"].to_numpy()
            assert np.isfinite(weights).all() and rounds[-1].attempts["confidence"].is_not_null().any()
    page = TINY.page(tmp_path)
    assert len(page.claims) == 4 * 3 + 4
    assert "2 seeds" in page.verdict
    write(page, tmp_path / "page.html")
    written = (tmp_path / "page.html").read_text()
    assert written.count("Does stated confidence come true?") == 3 and "nobody can expect more" in written
