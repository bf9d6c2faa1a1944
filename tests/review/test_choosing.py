"""Which attempts are shown, and that the controls alone say what is true of all."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import attempts, run

from answers_made import answer
from headway.journal import JournalError
from headway.people import half_of
from headway.review import chosen, queued, standing_of
from headway.review.changes import changes
from headway.review.estimates import krippendorff
from headway.review.queue import optimised


def kinds(found):
    return [one.kind for one in found]


def test_the_kinds_are_what_they_say_and_mixed():
    table = attempts(60)
    found = chosen(table, "self", 40)
    assert {kind: kinds(found).count(kind) for kind in set(kinds(found))} == {
        "control": 10, "near-tie": 10, "disagreement": 20,
    }  # fmt: skip
    assert set(kinds(found)[:8]) == {"control", "near-tie", "disagreement"}
    rows = {one.id: one for one in table}
    own = [row for row in table if row.author != "world"]
    spread = {row.id: abs(row.verdicts["tool"] - row.verdicts["self"]) for row in own}
    shown = [spread[one.attempt] for one in found if one.kind == "disagreement"]
    assert shown == sorted(shown, reverse=True)
    assert min(shown) > np.median(list(spread.values()))
    tied = [rows[one.attempt] for one in found if one.kind == "near-tie"]
    for task in {row.task for row in tied}:
        first, second = (row for row in tied if row.task == task)
        assert first.answer != second.answer
        assert abs(first.verdicts["self"] - second.verdicts["self"]) <= 0.1
    assert len({(rows[one.attempt].task, rows[one.attempt].text) for one in found}) == 40


@settings(max_examples=20)
@given(st.integers(1, 90), st.integers(0, 30), st.sampled_from(["self", "tool", None]), st.integers(0, 5))
def test_more_goes_on_from_less_and_controls_stay_controls(n, more, of, seed):
    table = attempts(60)
    less, all_of_it = chosen(table, of, n, seed=seed), chosen(table, of, n + more, seed=seed)
    assert len(less) <= n
    for kind in ("control", "disagreement", "near-tie"):
        short = [one.attempt for one in less if one.kind == kind]
        long = [one.attempt for one in all_of_it if one.kind == kind]
        if kind == "control":
            assert long[: len(short)] == short
    was = {one.attempt: one.kind for one in less}
    assert all(was.get(one.attempt, one.kind) == "control" for one in all_of_it if one.kind == "control")
    assert all(not one.attempt.startswith("world") for one in all_of_it)


def test_the_controls_are_unbiased_where_all_that_is_shown_is_not():
    """Over many draws the mean of the controls is the mean over tasks; what judges dispute is another population."""
    table = attempts(60)
    right = dict(zip(table["id"], table.verdict("tool"), strict=True))
    own = table.filter(pl.col("author") != "world")
    truth = own.frame.select("task", right=own.verdict("tool")).group_by("task").agg(pl.col("right").mean())
    means, disputed = [], []
    for seed in range(200):
        found = chosen(table, "self", 40, seed=seed)
        means.append(np.mean([right[one.attempt] for one in found if one.kind == "control"]))
        disputed.append(np.mean([right[one.attempt] for one in found if one.kind == "disagreement"]))
    error = np.std(means) / np.sqrt(len(means))
    assert abs(np.mean(means) - truth["right"].mean()) < 4 * error
    assert abs(np.mean(disputed) - truth["right"].mean()) > 20 * error


def test_judges_beside_people_on_the_controls():
    table = attempts(60)
    rows = {f"attempts.0001.{one.id}": one for one in table}
    said = []
    for one in chosen(table, "self", 60):
        row = rows[f"attempts.0001.{one.attempt}"]
        verdict = "accept" if row.verdicts["tool"] else "reject"
        said.append(answer(verdict, attempt=row.id, task=row.task, before=row.text, kind=one.kind))
    found = standing_of(said, rows)
    controls = [rows[one.key] for one in said if one.kind == "control"]
    assert found.right.n == len(controls) == 15
    assert found.right.value == pytest.approx(np.mean([row.verdicts["tool"] for row in controls]))
    assert (found.above["tool"].value, found.above["tool"].low, found.above["tool"].high) == (0.0, 0.0, 0.0)
    gap = np.mean([row.verdicts["self"] - row.verdicts["tool"] for row in controls])
    assert found.above["self"].value == pytest.approx(gap)
    assert found.agreement is None and found.alpha is None
    again = [answer(one.said, who="ben", attempt=one.attempt, task=one.task, before=one.before) for one in said]
    both = standing_of(said + again, rows)
    assert both.agreement.value == 1.0 and both.agreement.n == len({one.task for one in said})
    assert standing_of([one for one in said if one.kind != "control"], rows).right is None


def test_krippendorff_of_a_worked_example():
    """Two coders, ten units, binary: the data of Krippendorff (2011), section B, where alpha is .095."""
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    accepts = np.array(first) + np.array(second)
    assert krippendorff(accepts, 2 - accepts) == pytest.approx(0.095, abs=5e-4)
    assert krippendorff(np.array([2, 0]), np.array([0, 2])) == 1.0
    assert krippendorff(np.array([2, 3]), np.array([0, 0])) is None


@given(st.text("ab c.\n", max_size=20), st.text("ab c.\n", max_size=20))
def test_a_difference_spells_both_texts(before, after):
    parts = changes(before, after)
    assert "".join(part.text for part in parts if part.change != "in") == before
    assert "".join(part.text for part in parts if part.change != "out") == after
    assert before != after or all(part.change == "same" for part in parts)


def test_a_difference_is_by_words_and_a_phrase_is_one_change():
    found = [tuple(part) for part in changes("the cat sat down", "a dog sat up")]
    assert found == [("out", "the cat"), ("in", "a dog"), ("same", " sat "), ("out", "down"), ("in", "up")]


def test_what_is_asked_can_be_used(finished_run):
    folder = finished_run
    training, exam = queued(folder), queued(folder, table="exam")
    assert {half_of(item.attempt.task) for item in training.items} == {"train"}
    assert {half_of(item.attempt.task) for item in exam.items} == {"gate"}
    assert (training.round, exam.round, queued(folder, table="exam", index=0).round) == (1, 1, 0)
    assert queued(folder).items == training.items
    again = {item.key for item in queued(folder, table="exam", index=0).items}
    assert not again & {item.key for item in exam.items}  # the exam has the same ids in every round


def test_a_run_that_cannot_be_reviewed_is_a_sentence(finished_run, tmp_path):
    with pytest.raises(JournalError, match="has no verdicts, so nothing tells which attempts matter"):
        queued(run(tmp_path / "unjudged", judges=False))
    folder = finished_run
    with pytest.raises(JournalError, match="has no attempts by the model in round 0"):
        queued(folder, index=0)
    with pytest.raises(JournalError, match="is not a run folder"):
        queued(tmp_path / "nowhere")


def test_the_optimised_verdict_is_read_from_the_text():
    assert optimised("Experiment(loop=Loop(propose=Frontier(of='sure'), select=Replay(Above(of='tool'))))") == "tool"
    assert optimised("Experiment(loop=Loop(propose=Frontier(of='sure'), select=Random(keep=2)))") is None
