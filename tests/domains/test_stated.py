"""Confidence that the model states itself, and witnesses whose reliability says how sure anybody can be."""

import numpy as np
import pytest

from headway.cast import Cast
from headway.domains import Addition, Stated, Witnesses
from headway.policy.tiny import Tiny
from headway.sample import Each


@pytest.mark.parametrize(
    ("text", "answer", "confidence"),
    [("22|7", "22", 0.7), ("22|10", "22", 1.0), ("22|0", "22", 0.0), ("22", "22", None), ("22|", "22", None),
     ("22|11", "22", None), ("2|2|3", None, 0.3), ("|5", None, 0.5), ("22|7 ", "22", 0.7)],
)  # fmt: skip
def test_what_a_text_states(text, answer, confidence):
    domain = Stated(Addition())
    assert (domain.read(text), domain.confidence(text)) == (answer, confidence)


def test_gold_has_the_form_and_knows_nothing():
    domain = Stated(Addition(1, 2))
    graded = domain.graded(2000, 0)
    said, right = graded["confidence"].to_numpy(), graded.verdict("world").to_numpy()
    assert [domain.confidence(text) for text in graded["text"][:50]] == said[:50].tolist()
    assert len(np.unique(said)) == 11 and said.mean() > 0.6
    assert abs(np.corrcoef(said, right)[0, 1]) < 0.05


def test_gold_that_has_a_confidence_says_it():
    """Careless writers know a little: they are surer where more witnesses agree, and too sure."""
    graded = Stated(Witnesses()).graded(2000, 0)
    assert graded["text"].to_list() == [
        f"{answer}|{round(10 * said)}" for answer, said in graded.frame.select("answer", "confidence").iter_rows()
    ]
    right = graded.filter(graded.verdict("world") == 1.0)
    assert 0.2 < np.corrcoef(right["confidence"].to_numpy(), right["level"].to_numpy())[0, 1] < 0.6
    assert graded["confidence"].mean() > 0.65


def test_sampled_attempts_carry_what_they_state():
    domain = Stated(Witnesses())
    policy = Tiny.create(domain.pieces, seed=0, width=16, heads=2, hidden=24, rotary=(True,))
    tasks = domain.tasks(20, 0)
    attempts = Each(domain, attempts=8, max_tokens=3)(Cast({"solver": policy}), tasks, seed=1)
    assert attempts["confidence"].to_list() == [domain.confidence(text) for text in attempts["text"]]
    assert 0 < attempts["confidence"].null_count() < len(attempts)
    plain = Each(domain.domain, attempts=2, max_tokens=3)(Cast({"solver": policy}), tasks, seed=1)
    assert plain["confidence"].null_count() == len(plain)


def test_the_posterior_is_what_comes_true():
    """Of held-out tasks, the share where the likeliest choice was right is its mean posterior."""
    domain = Witnesses(witnesses=5, choices=4)
    tasks = domain.tasks(200, 0, held_out=True)
    posterior = [domain.posterior(prompt) for prompt in tasks["prompt"]]
    assert all(one.sum() == pytest.approx(1.0) for one in posterior)
    many = [domain.tasks(200, seed, held_out=True) for seed in range(1, 16)]
    said, came = [], []
    for table in many:
        for prompt, truth in zip(table["prompt"], table["truth"], strict=True):
            chance = domain.posterior(prompt)
            said.append(chance.max())
            came.append(chance.argmax() == int(truth))
    assert np.mean(came) == pytest.approx(np.mean(said), abs=4 * np.std(came) / np.sqrt(len(came)))


def test_a_sure_witness_settles_it():
    assert Witnesses(least=1.0, most=1.0).posterior("3333333=")[3] == pytest.approx(1.0)
    assert Witnesses(least=0.0, most=0.0).posterior("3333333=") == pytest.approx(np.full(6, 1 / 6))
    assert Witnesses(witnesses=1, least=0.5, most=0.5).posterior("3=")[3] == pytest.approx(0.5 + 0.5 / 6)
