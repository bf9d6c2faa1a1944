"""Variety before and after: equal numbers of texts, equal lengths, and nothing where nothing changed."""

import numpy as np
import polars as pl
import pytest

from headway.measure.breadth import CONDITIONS, Layer, adjusted, compared, drawn
from headway.measure.ngrams import numbered, tokenised
from headway.measure.word_vectors import word_vectors

WORDS = Layer("lexical", tokenised, {"distinct": adjusted((1,)), "tokens": lambda tokens: float(tokens.lengths.sum())})


def exam(texts: dict[str, list[str]], valid: str = "") -> pl.DataFrame:
    rows = [(task, text, not text.startswith("!")) for task, many in texts.items() for text in many]
    return pl.DataFrame(rows, schema=["task", "text", "valid"], orient="row")


BEFORE = exam({"a": ["one two three", "one four", "five six seven eight", "! ! !"], "b": ["x", "y", "z", "! q"]})
AFTER = exam({"a": ["one two", "one two", "one two", "one two three four"], "b": ["x x", "! x", "! x", "! x"]})


@pytest.mark.parametrize("condition", CONDITIONS)
def test_nothing_changes_between_an_exam_and_itself(condition):
    found = compared(BEFORE, BEFORE, [WORDS], (condition,))
    assert len(found) and found["before"].to_list() == found["after"].to_list()


def test_only_valid_texts_count_as_many_on_both_sides_and_cut_to_equal_lengths():
    (task,) = drawn(BEFORE, AFTER, "valid", 0)
    assert task.task == "a" and len(task.before) == len(task.after) == 3, "task b has one valid text after"
    sizes = {
        condition: compared(BEFORE, AFTER, [WORDS]).filter(task="a", measure="tokens", condition=condition).row(0)[4:]
        for condition in CONDITIONS
    }
    assert sizes["all"] == (12.0, 10.0)
    assert sizes["valid"][0] == 9.0
    assert sizes["matched"][0] == sizes["matched"][1], "every text has a counterpart of its length"


def test_texts_that_become_alike_are_less_varied_at_equal_lengths():
    found = compared(BEFORE, AFTER, [WORDS], ("matched",)).filter(measure="distinct")
    assert (found["after"] < found["before"]).all()


def test_words_in_the_same_places_mean_alike():
    random = np.random.default_rng(0)
    groups = (("king", "lord"), ("crown", "sword"), ("rose", "lily"), ("garden", "spring"))
    lines = []
    for _ in range(600):
        royal = random.random() < 0.5
        first, second = groups[:2] if royal else groups[2:]
        lines.append([random.choice(first), random.choice(("the", "a")), random.choice(second)])
    words = ["the", "a", *(word for group in groups for word in group)]
    learned = word_vectors(lines, words, size=4)
    texts = numbered([["king"], ["lord"], ["lily"]])
    near, far = learned.apart(texts.take(np.array([0, 1]))), learned.apart(texts.take(np.array([0, 2])))
    assert near < 0.5 < far
    assert learned.apart(texts.take(np.array([0]))) is None
    assert learned.apart(texts.take(np.array([0, 0]))) == pytest.approx(0.0)
    with pytest.raises(ValueError, match="too few"):
        word_vectors(lines, words[:3], size=4)
