"""Our numbers beside the libraries that people use, and where theirs are wrong."""

import warnings

import numpy as np
import pytest

from headway.measure.brier import brier
from headway.measure.lexical import adjusted_distinct
from headway.measure.ngrams import tokenised
from headway.measure.rouge import homogenisation
from headway.measure.selective import auroc
from headway.measure.self_bleu import self_bleu
from headway.measure.vendi import vendi_of_embeddings, vendi_of_kernel, vendi_of_ngrams


def peer(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(name, reason=f"the peer {name} is not installed (extra `peers`)")


def texts(n, vocabulary=300, longest=40, seed=0):
    """Texts with a vocabulary that falls off as words do, of 1 to `longest` words."""
    random = np.random.default_rng(seed)
    chance = 1.0 / np.arange(1, vocabulary + 1)
    lengths = random.integers(1, longest, size=n)
    return [" ".join(f"w{w}" for w in random.choice(vocabulary, size, p=chance / chance.sum())) for size in lengths]


def test_brier_and_auroc_are_those_of_scikit_learn():
    metrics = peer("sklearn.metrics")
    random = np.random.default_rng(0)
    confidence, right = random.integers(0, 20, size=300) / 20, random.integers(0, 2, size=300)
    assert brier(confidence, right) == pytest.approx(metrics.brier_score_loss(right, confidence), rel=1e-12)
    assert auroc(confidence, right) == pytest.approx(metrics.roc_auc_score(right, confidence), rel=1e-12)


def test_self_bleu_is_that_of_nltk():
    bleu = peer("nltk.translate.bleu_score")
    method = bleu.SmoothingFunction().method1
    lines = [text.split() for text in [*texts(30), "", "w1", "w1 w1 w1 w1 w1 w1", "new words only here"]]
    theirs = [
        bleu.sentence_bleu(lines[:i] + lines[i + 1 :], line, smoothing_function=method) for i, line in enumerate(lines)
    ]
    assert self_bleu(tokenised([" ".join(line) for line in lines])) == pytest.approx(theirs, abs=1e-15)


def test_self_bleu_is_that_of_fast_bleu():
    fast_bleu = peer("fast_bleu")
    made = texts(400, seed=1)
    weights = {size: (1.0 / size,) * size for size in (2, 4)}  # fast-bleu rounds other weights to 32 bits
    theirs = fast_bleu.SelfBLEU([text.split() for text in made], weights).get_score()
    for size in weights:
        assert self_bleu(tokenised(made), size) == pytest.approx(theirs[size], abs=1e-14)


def test_homogenisation_is_the_mean_rouge_l_of_rouge_score():
    scorer = peer("rouge_score.rouge_scorer").RougeScorer(["rougeL"])
    made = texts(25)
    theirs = [scorer.score(a, b)["rougeL"].fmeasure for i, a in enumerate(made) for b in made[:i]]
    ours = homogenisation(tokenised(made))
    assert (ours.value, ours.error) == (pytest.approx(np.mean(theirs), abs=1e-7), 0.0)


def test_vendi_of_a_kernel_and_of_embeddings_is_that_of_vendi_score():
    vendi = peer("vendi_score.vendi")
    vectors = np.random.default_rng(0).standard_normal((50, 20))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dual, long = vendi.score_dual(vectors), vendi.score_dual(vectors.T)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        kernel = vendi.score_K(vectors @ vectors.T), vendi.score_K(vectors @ vectors.T, q=2)
    assert vendi_of_embeddings(vectors).order1.value == pytest.approx(dual, rel=1e-12)
    assert vendi_of_embeddings(np.random.default_rng(0).standard_normal((50, 20)).T).order1.value == pytest.approx(long)
    ours = vendi_of_kernel(vectors @ vectors.T)
    assert (ours.order1.value, ours.order2.value) == pytest.approx(kernel, rel=1e-9)


def test_vendi_score_ignores_the_order_for_embeddings_and_we_do_not():
    vendi = peer("vendi_score.vendi")
    vectors = np.random.default_rng(0).standard_normal((50, 20))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert vendi.score_X(vectors, q=2) == vendi.score_X(vectors, q=1)
    ours = vendi_of_embeddings(vectors)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert ours.order2.value == pytest.approx(50**2 / ((unit @ unit.T) ** 2).sum())
    assert ours.order2.value < ours.order1.value


def test_ngram_vendi_is_the_kernel_that_vendi_score_means_though_its_own_function_fails():
    text = peer("sklearn.feature_extraction.text")
    vendi = peer("vendi_score.vendi")
    made = [text for text in texts(60, seed=2) if len(text.split()) >= 4]
    kernel = np.zeros((len(made), len(made)))
    for size in (1, 2, 3, 4):
        counts = text.CountVectorizer(token_pattern=r"\S+", ngram_range=(size, size)).fit_transform(made).toarray()
        counts = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        kernel += counts @ counts.T / 4
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = vendi.score_K(kernel)
    assert vendi_of_ngrams(tokenised(made)).order1.value == pytest.approx(theirs, rel=1e-9)


def test_one_vocabulary_for_every_n_puts_longer_ngrams_on_another_scale():
    """The code of arXiv:2310.06452 takes the number of words for the number of bigrams there could be."""
    every_pair = 40_000
    assert adjusted_distinct(every_pair, every_pair, 200.0) == pytest.approx(200.0)
    assert adjusted_distinct(every_pair, every_pair, 200.0**2) == pytest.approx(1.0 / (1 - np.exp(-1)), rel=1e-4)
