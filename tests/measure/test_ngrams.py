from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.measure.compression import compression_ratio
from headway.measure.duplicates import near_duplicates
from headway.measure.lexical import (
    adjusted_distinct,
    distinct_n,
    expectation_adjusted_distinct,
    novelty,
    repeated_share,
    self_repetition,
)
from headway.measure.matching import length_matched
from headway.measure.ngrams import tokenised
from headway.measure.passages import repeated_passages

corpora = st.lists(st.lists(st.sampled_from("abc"), max_size=9).map(" ".join), max_size=7)


def ngrams_of(text, size):
    words = text.split()
    return [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]


@given(corpora, st.integers(1, 5))
def test_the_pass_counts_what_counting_one_by_one_counts(texts, size):
    every = Counter(gram for text in texts for gram in ngrams_of(text, size))
    tokens = tokenised(texts)
    found = tokens.ngrams(size)
    assert (found.total, found.distinct) == (every.total(), len(every))
    assert sorted(found.times) == sorted(times for times in every.values() if times > 1)
    runs = Counter(zip(found.gram.tolist(), found.text.tolist(), strict=True))
    assert runs == dict(zip(zip(found.runs.gram, found.runs.text, strict=True), found.runs.times, strict=True))
    for gram, position in zip(found.gram, found.positions, strict=True):
        shown = tuple(tokens.passage(position, size).split())
        assert every[shown] == found.times[gram]


def test_words_and_characters_come_back_as_they_were():
    texts = ["né  à\tPékin", "", "日本語 né"]
    assert tokenised(texts).texts() == ["né à Pékin", "", "日本語 né"]
    assert tokenised(texts, "characters").texts() == texts
    assert tokenised([]).texts() == []


def test_a_text_cut_and_taken_again_is_the_start_of_that_text():
    tokens = tokenised(["a b c", "d", "e f"]).take(np.array([2, 0, 0]), np.array([9, 2, 0]))
    assert tokens.texts() == ["e f", "a b", ""]


def test_distinct_n_does_not_run_across_the_end_of_a_text():
    tokens = tokenised(["a b", "c a b"])
    assert distinct_n(tokens, 1) == 3 / 5
    assert distinct_n(tokens, 2) == 2 / 3  # "b c" is nowhere
    assert distinct_n(tokens, 4) is None


def test_adjusted_distinct_in_closed_form():
    assert adjusted_distinct(100, 100, 50257) == pytest.approx(1.0010, abs=5e-5)
    assert adjusted_distinct(1, 5, 1) == 1.0
    tokens = tokenised(["a b a b"])  # 2 of 3 bigrams differ, 4 are possible
    assert expectation_adjusted_distinct(tokens, 2) == pytest.approx(2 / (4 * (1 - 0.75**3)))


def test_even_draws_have_an_adjusted_distinctness_of_one_at_any_length():
    random = np.random.default_rng(0)
    for length in (50, 500, 5000):
        texts = [" ".join(map(str, random.integers(30, size=length)))]
        assert expectation_adjusted_distinct(tokenised(texts), 2, 30) == pytest.approx(1.0, abs=0.04)


def test_what_is_repeated_elsewhere_and_what_is_only_repeated_at_home():
    tokens = tokenised(["a b c a b", "a b x", "q q q q"])
    assert repeated_share(tokens, 2).tolist() == [0.5, 0.5, 0.0]
    assert self_repetition(tokens, 2) == pytest.approx([np.log(2), np.log(2), 0.0])
    assert np.isnan(repeated_share(tokenised(["a"]), 2)).all()


def test_novelty_is_what_the_known_texts_do_not_have():
    tokens = tokenised(["a b c d", "b c d e", "x"])
    assert novelty(tokens, np.array([True, False, False]), 2) == pytest.approx(1 / 3)
    assert novelty(tokens, np.array([False, True, True]), 2) == pytest.approx(1 / 3)
    assert novelty(tokens, np.array([True, True, False]), 2) is None


def test_compression_sees_repetition_and_says_nothing_of_nothing():
    different = ["".join(np.random.default_rng(seed).permutation(list("abcdefghijklmnop"))) for seed in range(100)]
    assert compression_ratio(["abcdefghijklmnop"] * 100) > 10 > compression_ratio(different)
    assert compression_ratio([]) is None


def test_a_passage_is_as_long_as_it_can_be_without_being_rarer():
    shared = "the quick brown fox jumps over"
    found = repeated_passages(tokenised([f"{n} {shared} {n}" for n in range(5)] + ["brown fox jumps over"]), at_least=3)
    assert (found[0].text, found[0].times, found[0].texts, found[0].first) == (shared, 5, 5, (0, 1)) or (
        found[0].text == "brown fox jumps over" and found[0].times == 6
    )
    assert repeated_passages(tokenised(["a b c d e", "f g h i j"])) == []


@settings(max_examples=30)
@given(corpora)
def test_every_passage_occurs_as_often_as_it_says(texts):
    for passage in repeated_passages(tokenised(texts), at_least=2):
        size = len(passage.text.split())
        places = [gram for text in texts for gram in ngrams_of(text, size) if " ".join(gram) == passage.text]
        holders = [text for text in texts if tuple(passage.text.split()) in ngrams_of(text, size)]
        assert (len(places), len(holders)) == (passage.times, passage.texts)


def test_near_duplicates_cluster_and_different_texts_do_not():
    random = np.random.default_rng(0)
    sources = [[f"w{word}" for word in random.integers(500, size=60)] for _ in range(40)]
    texts = [" ".join(source) for source in sources]
    texts += [" ".join([*source[:-2], "other", "end"]) for source in sources[:20]] + texts[:5] + ["a", "a", "b", ""]
    labels = near_duplicates(tokenised(texts))
    expected = [*range(40), *range(20), *range(5), 40, 40, 41, 42]
    assert labels.tolist() == expected
    assert near_duplicates(tokenised(["a", "b", "a"])).tolist() == [0, 1, 0]
    assert near_duplicates(tokenised([])).tolist() == []


def test_length_matching_leaves_equal_lengths_and_refuses_unequal_samples():
    short, long = tokenised(["a b c", "d", "e f"]), tokenised(["q", "r s t u", "v w x"])
    first, second = length_matched([short, long])
    assert sorted(first.lengths) == sorted(second.lengths) == [1, 2, 3]
    assert second.texts() == ["q", "r s t", "v w"]
    with pytest.raises(ValueError, match="samples of 2 and 3 texts are not compared"):
        length_matched([short, long.take(np.arange(2))])
