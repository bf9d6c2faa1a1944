"""What the auditor says of timelines whose truth is known."""

import numpy as np
import polars as pl
import pytest
from timelines import BASE, timeline

from headway.audit.findings import VERDICTS, judge
from headway.audit.findings.mix import at_one_mix
from headway.audit.findings.power import power
from headway.audit.findings.rules import ALPHA_EACH
from headway.audit.findings.stretches import shift
from headway.audit.findings.track import Track, tracks

HARM = set(VERDICTS) - {"healthy", "cannot tell"}

CASES = {
    "collapsed": {"accuracy": 0.1, "pass@8": 0.3, "same_answer": 0.8, "overlap": 0.8, "gap": 0.4},
    "hacked": {"reward": 0.9, "gap": 0.5, "auc": 0.5},
    "overconfident": {"overclaim": 0.5, "brier": 0.5, "confidence": 0.9},
    "narrowing": {"distinct_right@8": 0.5, "pass@8": 0.5, "same_right": 0.8, "accuracy": 0.5},
    "starved": {"mixed": 0.02, "within": 0.02, "accuracy": 0.9, "reward": 0.9},
}


@pytest.mark.parametrize("name", CASES)
def test_each_harm_is_named_and_dated(name):
    verdict = judge(timeline(24, 256, moved=CASES[name], at=8, seed=1))
    assert verdict.name == name
    assert verdict.since_step is not None and 5 <= verdict.since_step <= 20
    assert len(verdict.evidence) >= 2
    assert len({one.measure for one in verdict.evidence}) >= 2
    assert verdict.findings[0].found_step >= verdict.since_step - 2
    assert f"step {verdict.since_step}" in verdict.sentence


def test_the_worst_of_several_harms_names_the_run():
    verdict = judge(timeline(24, 256, moved={**CASES["hacked"], **CASES["collapsed"]}, at=8))
    assert verdict.name == "collapsed"
    assert "hacked" in [one.name for one in verdict.findings]


def test_converging_on_the_right_answer_is_healthy():
    progress = {"accuracy": 0.9, "pass@8": 0.97, "distinct_right@8": 1.25, "same_answer": 0.9, "same_text": 0.7}
    progress |= {"reward": 0.9, "overlap": 0.8, "self_agreement": 0.0, "probability": 0.9}
    assert judge(timeline(24, 256, moved=progress, at=4)).name == "healthy"


@pytest.mark.parametrize(("steps", "prompts"), [(8, 64), (16, 128), (40, 512)])
def test_a_run_in_which_nothing_falls_is_not_accused(steps, prompts):
    runs = 120 if steps == 16 else 40
    accused = sum(judge(timeline(steps, prompts, wander=0.02, seed=seed)).name in HARM for seed in range(runs))
    assert accused <= 0.05 * runs


@pytest.mark.slow
def test_a_long_run_is_not_accused_however_long_it_is_watched():
    accused = sum(judge(timeline(120, 256, wander=0.02, seed=seed)).name in HARM for seed in range(200))
    assert accused <= 0.05 * 200


def test_a_change_of_the_stated_size_is_found_nine_times_in_ten():
    steps, found = 24, 0
    for seed in range(100):
        made = timeline(steps, 64, seed=seed)
        stated = power(tracks(made)["accuracy"]).smallest
        fallen = pl.when((pl.col("measure") == "accuracy") & (pl.col("step") >= steps // 2)).then(stated).otherwise(0.0)
        made = made.with_columns(pl.col("value", "low", "high") - fallen)
        found += shift(tracks(made)["accuracy"], "falls", ALPHA_EACH) is not None
    assert found >= 0.85 * 100


def test_a_small_sample_cannot_tell_and_says_how_large_a_change_it_would_have_missed():
    verdict = judge(timeline(8, 6))
    assert verdict.name == "cannot tell"
    assert "could have been seen" in verdict.sentence
    assert judge(timeline(16, 256)).name == "healthy"


def test_without_gold_nothing_is_called_healthy_and_the_column_is_named():
    gold = (
        "accuracy",
        "pass@8",
        "distinct_right@8",
        "same_right",
        "gap",
        "auc",
        "overclaim",
        "brier",
        "confidence_auc",
    )
    verdict = judge(timeline(16, 256, without=(*gold, "self_agreement")))
    assert verdict.name == "cannot tell"
    assert "gold" in verdict.missing


def test_one_fall_alone_accuses_nobody():
    for name, lower in (("accuracy", 0.1), ("distinct_right@8", 0.3)):
        assert judge(timeline(16, 256, moved={name: lower}, at=4)).name not in ("collapsed", "narrowing")


def test_what_came_back_is_not_held_against_the_run():
    fallen = timeline(24, 512, moved=CASES["collapsed"], at=2).filter(pl.col("step") < 12)
    back = timeline(24, 512, seed=3).filter(pl.col("step") >= 12)
    assert judge(pl.concat([fallen, back])).name not in ("collapsed", "narrowing")


def test_a_finding_is_there_at_the_step_that_it_names():
    whole = timeline(30, 256, moved=CASES["collapsed"], at=8)
    found = judge(whole).findings[0]
    assert judge(whole.filter(pl.col("step") <= found.found_step)).name == "collapsed"
    earlier = judge(whole.filter(pl.col("step") < found.found_step))
    assert "collapsed" not in [one.name for one in earlier.findings]


def test_more_of_the_hard_prompts_is_no_fall_at_one_mix():
    """Two levels of difficulty .8 apart, drawn in changing shares: 10 % hard at first, 50 % in the end."""
    random = np.random.default_rng(0)
    together, apart = [], []
    for step, hard in enumerate(np.linspace(0.1, 0.5, 12)):
        counts = {"level 001": round(200 * (1 - hard)), "level 002": round(200 * hard)}
        draws = {group: random.binomial(8, 0.1 if group == "level 002" else 0.9, n) / 8 for group, n in counts.items()}
        for group, values in [*draws.items(), (None, np.concatenate([*draws.values()]))]:
            half = 1.97 * values.std(ddof=1) / np.sqrt(len(values))
            row = (step, "accuracy", values.mean(), values.mean() - half, values.mean() + half, len(values))
            together.append(row) if group is None else apart.append((*row, group))
    columns = timeline(1).schema
    rows = pl.DataFrame(together, schema=columns, orient="row")
    mixed = at_one_mix(rows, pl.DataFrame(apart, schema={**columns, "group": pl.String}, orient="row"))
    raw, held = tracks(rows)["accuracy"], tracks(mixed)["accuracy"]
    assert shift(raw, "falls", ALPHA_EACH) is not None
    assert shift(held, "falls", 0.05) is None
    assert (held.error < 0.6 * raw.error).all()
    assert held.value == pytest.approx(np.full(12, 0.66), abs=0.03)  # 30 % of all prompts are hard


def test_a_slow_fall_is_found_that_no_two_stretches_show():
    found = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        value = 0.5 - 0.08 * (np.arange(40) >= 20) + random.normal(0.0, 0.03, 40)
        fallen = Track("accuracy", np.arange(40), value, np.full(40, 0.03), np.full(40, 200.0))
        shown = shift(fallen, "falls", ALPHA_EACH)
        found += shown is not None
        assert shown is None or (shown.change.high < 0.0 and shown.before.value > shown.after.value)
    assert found >= 0.8 * 40  # stretches alone show two thirds of these


def test_copies_by_one_seed_are_not_a_collapse():
    copied = {"same_answer": 1.0, "same_text": 1.0, "overlap": 1.0, "distinct_right@8": 0.4, "pass@8": 0.4}
    made = timeline(16, 256, moved=copied, at=8)
    copies = pl.DataFrame(
        [
            (step, name, value, value, value, 256)
            for step in range(16)
            for name, value in (("identical_groups", float(step >= 8)), ("expected_same_text", 0.001))
        ],
        schema=made.schema,
        orient="row",
    )
    with_copies = judge(pl.concat([made, copies]))
    assert with_copies.name not in HARM
    assert "one seed" in with_copies.notes[0]
    assert judge(made).name in HARM


def test_a_single_step_and_an_empty_timeline_cannot_tell():
    assert judge(timeline(1)).name == "cannot tell"
    assert judge(timeline(4).clear()).name == "cannot tell"


def test_the_evidence_holds_its_own_numbers():
    one = judge(timeline(24, 256, moved=CASES["collapsed"], at=8)).evidence[0]
    assert one.change.value == pytest.approx(one.after.value - one.before.value)
    assert one.change.low < one.change.value < one.change.high < 0
    assert one.measure in BASE and np.isfinite(one.margin)
