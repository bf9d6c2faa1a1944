import numpy as np
import pytest

from headway.measure.ngrams import tokenised
from headway.measure.rouge import homogenisation
from headway.measure.vendi import vendi_of_embeddings, vendi_of_kernel, vendi_of_ngrams


def test_vendi_in_closed_form():
    two_triples = np.kron(np.eye(2), np.ones((3, 3)))
    for kernel, expected in ((np.eye(5), 5.0), (np.ones((5, 5)), 1.0), (two_triples, 2.0)):
        found = vendi_of_kernel(kernel)
        assert (found.order1.value, found.order2.value) == pytest.approx((expected, expected))


def test_ngram_vendi_of_texts_that_are_all_alike_or_all_different():
    assert vendi_of_ngrams(tokenised(["a b c d"] * 7)).order1.value == pytest.approx(1.0)
    assert vendi_of_ngrams(tokenised([f"{n}a {n}b" for n in range(7)])).order1.value == pytest.approx(7.0)
    assert vendi_of_ngrams(tokenised(["a", "a", "", ""])).order1.value == pytest.approx(2.0)  # short texts keep weight
    with pytest.raises(ValueError, match="at least 1 text"):
        vendi_of_ngrams(tokenised([]))


def test_a_duplicated_corpus_is_as_diverse_as_it_was():
    random = np.random.default_rng(0)
    texts = [" ".join(map(str, random.integers(40, size=12))) for _ in range(30)]
    once, twice = vendi_of_ngrams(tokenised(texts)), vendi_of_ngrams(tokenised(texts * 2))
    assert once.order1.value == pytest.approx(twice.order1.value)
    assert once.order2.value == pytest.approx(twice.order2.value)


@pytest.mark.parametrize("kinds", [400, 12, 1])
def test_the_approximation_lies_within_its_error_of_the_exact_value(kinds):
    """From all different to one single text, where a matrix of rank 1 leaves the probes nothing to see."""
    random = np.random.default_rng(1)
    sources = [" ".join(f"w{w}" for w in random.zipf(1.3, size=30) % 500) for _ in range(kinds)]
    tokens = tokenised([sources[index % kinds] for index in range(400)])
    exact, close = vendi_of_ngrams(tokens), vendi_of_ngrams(tokens, exact_up_to=10)
    for true, found in ((exact.order1, close.order1), (exact.order2, close.order2)):
        assert true.error == 0.0
        assert abs(found.value - true.value) <= 4 * found.error + 1e-9 * true.value
        assert found.error <= 0.005 * true.value
    assert vendi_of_ngrams(tokens, exact_up_to=10) == close  # same seed, same bits


def test_an_embedding_without_a_direction_is_an_error():
    with pytest.raises(ValueError, match="embedding 1 has no direction"):
        vendi_of_embeddings(np.array([[1.0, 0.0], [0.0, 0.0]]))


def test_homogenisation_in_closed_form_and_its_sample():
    assert homogenisation(tokenised(["a b c d", "a x c"])).value == pytest.approx(2 * 2 / 7)
    assert homogenisation(tokenised(["a b", "a b"])).value == pytest.approx(1.0)
    many = tokenised([" ".join(map(str, range(60_000))), "59999 57000 1"])  # more words than stand below the surrogates
    assert homogenisation(many).value == pytest.approx(2 * 1 / 60_003)
    random = np.random.default_rng(0)
    tokens = tokenised([" ".join(map(str, random.integers(9, size=12))) for _ in range(120)])
    exact, drawn = homogenisation(tokens), homogenisation(tokens, pairs=2_000)
    assert abs(drawn.value - exact.value) < 4 * drawn.error
    with pytest.raises(ValueError, match="at least 2"):
        homogenisation(tokens.take(np.array([0])))
