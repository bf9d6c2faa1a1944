"""The rules of the verdict, on cases whose answer is known."""

import polars as pl
import pytest
from made_rounds import measured, remeasured

from headway.report import verdict_on
from headway.stages import Round, Ruling


def judged(before: dict[str, float], after: dict[str, float]) -> str:
    return verdict_on((measured(0, **before), measured(1, **after))).word


START = {"accuracy": 0.4, "pass_32": 0.9, "self_score": 0.5, "overclaim": 0.1, "distinct_right": 2.0}


@pytest.mark.parametrize(
    ("now", "word"),
    [
        ({"accuracy": 0.2, "pass_32": 0.5}, "Collapsing"),
        ({"accuracy": 0.2, "self_score": 0.7}, "Collapsing"),
        ({"accuracy": 0.2}, "Collapsing"),
        ({"accuracy": 0.2, "self_score": 0.3}, "Getting worse"),
        ({"accuracy": 0.2, "pass_32": 0.95}, "Spreading thin"),
        ({"accuracy": 0.6, "pass_32": 0.5}, "Narrowing"),
        ({"pass_32": 0.5}, "Narrowing"),
        ({"distinct_right": 1.0}, "Narrowing"),
        ({"accuracy": 0.6}, "Compounding"),
        ({"accuracy": 0.6, "pass_32": 0.95}, "Compounding"),
        ({"accuracy": 0.6, "distinct_right": 1.0}, "Sharpening"),
        ({"pass_32": 0.95}, "Widening"),
        ({"self_score": 0.7, "overclaim": 0.3}, "Overclaiming"),
        ({"self_score": 0.7}, "No change"),
        ({}, "No change"),
    ],
)
def test_each_rule_gives_its_word(now, word):
    assert judged(START, {**START, **now}) == word


def test_the_sentence_has_the_numbers_it_rests_on():
    worse = {"accuracy": 0.2, "pass_32": 0.5, "self_score": 0.7, "overclaim": 0.5}
    sentence = verdict_on((measured(0, **START), measured(1, **{**START, **worse}))).sentence
    assert sentence == (
        "Collapsing: the model thinks better of its answers (self-score .50 → .70) while fewer are right "
        "(.40 → .20, a difference of −.20 [−.20, −.20]) and pass@32 fell .90 → .50."
    )


def test_a_difference_that_the_tasks_cannot_show_is_no_change():
    first, last = measured(0, accuracy=0.4), measured(1, accuracy=0.4)
    noisy = remeasured(last, pl.Series("accuracy", [1.0, 0.0] + [0.4] * 38))
    assert verdict_on((first, noisy)).sentence.startswith("No change that 40 tasks can show: accuracy .40 → .40")


def test_only_round_0_is_nothing_to_compare():
    assert verdict_on((measured(0, accuracy=0.4),)).sentence == "Nothing to compare: only round 0 is done."
    assert verdict_on(()).sentence == "Nothing to compare: no round has been measured yet."
    assert verdict_on((Round(0),)).word == "Nothing to compare"


def test_exams_without_common_tasks_are_not_compared():
    first, last = measured(0, accuracy=0.4), measured(1, accuracy=0.2)
    others = remeasured(last, pl.Series("task", [f"other {place}" for place in range(40)]))
    assert verdict_on((first, others)).word == "Nothing to compare"


def test_a_gated_run_is_judged_by_what_its_last_ruling_keeps():
    rolled_back = {"accept": False, "keep": 1}
    run = (measured(0, accuracy=0.4), measured(1, accuracy=0.6), measured(2, accuracy=0.1, decided=rolled_back))
    found = verdict_on(run)
    assert found.word == "Compounding"
    assert found.sentence.endswith("The gate set aside 1 of 2 rounds; round 1 stands.")


def test_a_run_whose_rounds_were_all_set_aside_is_held():
    refused = Round(1, refused="nothing was selected", ruling=Ruling(False, 0, 0, "not committed: nothing"))
    run = (
        measured(0, accuracy=0.4, pass_4=0.8),
        refused,
        measured(2, accuracy=0.1, decided={"accept": False, "keep": 0}),
    )
    assert verdict_on(run).sentence == (
        "Held: 2 rounds tried, 2 set aside, and the model is that of round 0 (accuracy .40 [.40, .40], pass@4 .80)."
    )


def test_a_peak_that_was_lost_is_said():
    run = tuple(measured(index, accuracy=value) for index, value in enumerate((0.4, 0.7, 0.4)))
    found = verdict_on(run)
    assert found.word == "Fallen back"
    assert found.sentence.endswith("It was best after round 1 (accuracy .70) and has lost .30 [.30, .30] since.")


def test_a_gate_that_chose_among_rounds_needs_more_evidence():
    first = measured(0, tasks=4, accuracy=0.0)
    last = remeasured(measured(1, tasks=4, accuracy=0.0), pl.Series("accuracy", [0.5, 0.4, 0.3, 0.0]))
    aside = tuple(
        measured(index, tasks=4, accuracy=0.0, decided={"accept": False, "keep": 1}) for index in (2, 3, 4, 5)
    )
    assert verdict_on((first, last)).word == "Compounding"
    assert verdict_on((first, last, *aside)).word == "No change"
