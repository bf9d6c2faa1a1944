import numpy as np
import polars as pl
import pytest

from headway.measure.ngrams import Tokens
from headway.measure.rarefied import Design, rarefied
from headway.measure.standard import text_diversity


def turn(seed, *, tasks=80, attempts=6, vocabulary=400, shortest=20, longest=40, prefix="t"):
    """Texts of one source: even words out of a vocabulary, of lengths between two bounds."""
    random = np.random.default_rng(seed)
    rows = [
        (f"{prefix}{task}", " ".join(map(str, random.integers(vocabulary, size=random.integers(shortest, longest)))))
        for task in range(tasks)
        for _ in range(attempts)
    ]
    truth = pl.Series("truth", random.integers(0, 2, size=len(rows)), dtype=pl.Float64)
    return pl.DataFrame(rows, schema=["task", "text"], orient="row").with_columns(truth)


def distinct(tokens: Tokens):
    return {"distinct-1": tokens.ngrams(1).distinct / max(len(tokens.ids), 1)}


def contains(estimate, value):
    return estimate.low <= value <= estimate.high


def test_more_and_shorter_texts_of_the_same_source_are_no_change():
    rounds = [turn(0), turn(1, attempts=16), turn(2, shortest=5, longest=20)]
    found = rarefied(rounds, distinct)
    assert found.texts == (48,) * 10
    assert rarefied(rounds, distinct, Design(tasks=20, attempts=2)).texts == (4,) * 10
    assert len(set(found.tokens)) == 1
    assert contains(found.change("distinct-1", 1), 0.0)
    assert contains(found.change("distinct-1", 2), 0.0)
    naive = [distinct_of_all(frame) for frame in rounds]
    assert (
        naive[1] < 0.6 * naive[0] < naive[2]
    )  # what an unequal comparison would have called a collapse, or a recovery


def distinct_of_all(frame):
    words = frame["text"].str.split(" ").explode()
    return words.n_unique() / len(words)


def test_a_narrower_source_is_a_change_and_its_unit_is_the_block_of_tasks():
    change = rarefied([turn(0), turn(1, vocabulary=100)], distinct).change("distinct-1", 1)
    assert change.high < 0.0
    assert change.n == 10


def test_among_right_answers_only_right_texts_are_drawn():
    marked = turn(0).with_columns(text=pl.when(pl.col("truth") == 1.0).then(pl.lit("right")).otherwise(pl.lit("wrong")))
    seen = set()
    rarefied([marked, marked], lambda tokens: seen.update(tokens.texts()) or {}, Design(among="right"))
    assert seen == {"right"}


def test_rounds_of_fresh_tasks_need_to_be_asked_for():
    rounds = [turn(0), turn(1, prefix="new", tasks=60, attempts=9)]
    with pytest.raises(ValueError, match=r"only 0 tasks .* same_tasks=False"):
        rarefied(rounds, distinct)
    found = rarefied(rounds, distinct, Design(same_tasks=False))
    assert found.texts == (36,) * 10
    assert contains(found.change("distinct-1", 1), 0.0)


def test_the_same_seed_gives_the_same_bits():
    rounds = [turn(0), turn(1)]
    first, again = rarefied(rounds, distinct), rarefied(rounds, distinct)
    assert (first.values["distinct-1"] == again.values["distinct-1"]).all()
    other = rarefied(rounds, distinct, Design(seed=1))
    assert (first.values["distinct-1"] != other.values["distinct-1"]).any()


def test_the_standard_set_measures_real_and_empty_texts():
    frame = turn(0, tasks=8, attempts=2)
    found = rarefied([frame, frame], text_diversity, Design(blocks=2))
    assert all(found.change(name, 1).value == 0.0 for name in found.values)
    empty = frame.with_columns(text=pl.lit(""))
    assert rarefied([empty, empty], text_diversity, Design(blocks=2)).at("distinct-1", 0) is None
