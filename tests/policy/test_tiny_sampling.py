"""Sampling draws from the distribution that scoring states, one attempt at a time, whoever its neighbours are."""

import math

import numpy as np
import pytest
import torch

from headway.policy.decoding import choose, uniform
from headway.policy.tiny import Tiny, sampling
from headway.policy.tiny.vocabulary import ANSWER, START, STOP

PROMPTS = ["a", "abcab", "bb", "cabcabcab", "abcab", "c"] * 7


@pytest.fixture(scope="module")
def tiny() -> Tiny:
    """A policy with opinions: weights far enough from zero that tokens differ in probability, some layers NoPE."""
    policy = Tiny.create("abcdef", seed=0, width=16, heads=2, hidden=32, rotary=(True, False, True))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in policy.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=0.3)
    return policy


def seeds(n: int, first: int = 0) -> np.ndarray:
    return np.arange(first, first + n, dtype=np.uint64)


def test_log_probabilities_are_those_of_scoring(tiny: Tiny) -> None:
    written = tiny.sample(PROMPTS, seeds(len(PROMPTS)), temperature=1.3, top_p=0.9, max_tokens=12)
    scores = tiny.score(PROMPTS, written.texts)
    stopped = np.array([finish == "stop" for finish in written.finish])
    assert 0 < stopped.sum() < len(PROMPTS)
    np.testing.assert_allclose(written.logprob[stopped], scores.logprob[stopped], atol=1e-4)
    np.testing.assert_array_equal(written.tokens[stopped], scores.tokens[stopped])
    # Where the limit ended the text, scoring counts a stop that was never drawn.
    assert (written.logprob[~stopped] > scores.logprob[~stopped]).all()
    assert (written.tokens[~stopped] == 12).all()


def test_greedy_is_the_likeliest_token_of_a_whole_forward_pass(tiny: Tiny) -> None:
    written = tiny.sample(PROMPTS, seeds(len(PROMPTS)), temperature=0.0, top_p=1.0, max_tokens=8)
    for prompt, text in zip(PROMPTS[:6], written.texts[:6], strict=True):
        ids = [tiny.vocabulary[START], *tiny.vocabulary.encode(prompt), tiny.vocabulary[ANSWER]]
        drawn: list[int] = []
        while len(drawn) < 8:
            with torch.no_grad():
                best = int(tiny.network(torch.tensor([ids + drawn]))[0, -1].argmax())
            if best == tiny.vocabulary[STOP]:
                break
            drawn.append(best)
        assert text == tiny.vocabulary.decode(drawn)


def test_neighbours_do_not_change_an_attempt(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    together = tiny.sample(PROMPTS, seeds(len(PROMPTS)), temperature=1.0, top_p=0.95, max_tokens=10)
    for index in (0, 3, 11, 40):
        alone = tiny.sample(PROMPTS[index : index + 1], seeds(1, index), temperature=1.0, top_p=0.95, max_tokens=10)
        assert alone.texts[0] == together.texts[index]
        assert alone.logprob[0] == pytest.approx(together.logprob[index], abs=1e-4)
    monkeypatch.setattr(sampling, "SLOTS_AT_ONCE", 64)
    apart = tiny.sample(PROMPTS, seeds(len(PROMPTS)), temperature=1.0, top_p=0.95, max_tokens=10)
    assert apart.texts == together.texts


def test_the_limit_of_tokens_is_kept(tiny: Tiny) -> None:
    written = tiny.sample(["ab"] * 500, seeds(500), temperature=1.0, top_p=1.0, max_tokens=1)
    assert set(written.tokens) == {1}
    assert [text == "" for text in written.texts] == [finish == "stop" for finish in written.finish]
    assert set(written.finish) == {"stop", "length"}


def test_no_prompts_no_attempts(tiny: Tiny) -> None:
    assert tiny.sample([], seeds(0), temperature=1.0, top_p=1.0, max_tokens=5).texts == []


@pytest.mark.parametrize(("temperature", "top_p"), [(1.0, 1.0), (0.5, 1.0), (2.0, 0.7)])
def test_tokens_follow_temperature_and_nucleus(temperature: float, top_p: float) -> None:
    logits = torch.tensor([1.0, -0.5, 0.3, 2.0, 0.0])
    expected = np.exp(logits.double().numpy() / temperature)
    expected /= expected.sum()
    if top_p < 1.0:
        order = np.argsort(-expected)
        kept = order[: np.searchsorted(np.cumsum(expected[order]), top_p) + 1]
        expected = np.where(np.isin(np.arange(5), kept), expected, 0.0)
        expected /= expected.sum()
    n = 40_000
    drawn = choose(logits.expand(n, -1), temperature, top_p, uniform(seeds(n), step=3))
    share = np.bincount(drawn.numpy(), minlength=5) / n
    deviation = np.sqrt(expected * (1 - expected) / n)
    assert (np.abs(share - expected) <= 4.5 * deviation).all()


def test_the_whole_distribution_of_one_policy(tiny: Tiny) -> None:
    n = 20_000
    written = tiny.sample(["ab"] * n, seeds(n, 7), temperature=1.0, top_p=1.0, max_tokens=2)
    texts, counts = np.unique(written.texts, return_counts=True)
    frequent = counts > 100
    logprob = dict(zip(written.texts, written.logprob, strict=True))
    assert frequent.sum() > 5
    for text, count in zip(texts[frequent], counts[frequent], strict=True):
        p = math.exp(logprob[text])
        assert abs(count / n - p) < 5 * math.sqrt(p * (1 - p) / n), text


def test_numbers_of_one_seed_differ_by_step_and_stay_inside() -> None:
    drawn = np.array([uniform(seeds(1000), step) for step in range(20)])
    assert len(np.unique(drawn)) == drawn.size
    assert drawn.min() > 0.0 and drawn.max() < 1.0
    assert abs(np.corrcoef(drawn[0], drawn[1])[0, 1]) < 0.1
