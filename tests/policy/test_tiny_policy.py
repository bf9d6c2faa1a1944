"""The embedded policy on disk, between two others, and before characters it does not know."""

from pathlib import Path

import numpy as np
import pytest
import torch

from headway.cast import Learner
from headway.policy.tiny import Tiny
from headway.policy.tiny.vocabulary import Vocabulary

IDS = torch.arange(6)[None]


def make(seed: int) -> Tiny:
    return Tiny.create(("a", "b", "ab", " "), seed=seed, width=16, heads=2, hidden=24, rotary=(True, False))


def test_it_is_a_learner() -> None:
    assert isinstance(make(0), Learner)


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    tiny = make(0)
    tiny.save(tmp_path)
    again = Tiny.load(tmp_path)
    assert again.digest() == tiny.digest() != make(1).digest()
    assert torch.equal(again.network(IDS), tiny.network(IDS))
    assert again.vocabulary == tiny.vocabulary


def test_a_copy_is_independent() -> None:
    tiny = make(0)
    twin = tiny.copy()
    assert twin.digest() == tiny.digest()
    with torch.no_grad():
        twin.parameters()[0].add_(1.0)
    assert twin.digest() != tiny.digest()


def test_interpolation_goes_from_one_to_the_other() -> None:
    one, other = make(0), make(1)
    assert one.interpolate(other, 0.0).digest() == one.digest()
    assert one.interpolate(other, 1.0).digest() == other.digest()
    half = one.interpolate(other, 0.5)
    for mixed, left, right in zip(half.parameters(), one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(mixed, (left + right) / 2)


def test_scores_are_the_same_alone_and_together() -> None:
    tiny = make(0)
    prompts, texts = ["a", "ab b", "b b b", "a"], ["ab", "b", "", "a a a"]
    together = tiny.score(prompts, texts)
    alone = [tiny.score([prompt], [text]).logprob[0] for prompt, text in zip(prompts, texts, strict=True)]
    np.testing.assert_allclose(together.logprob, alone, atol=1e-5)
    np.testing.assert_array_equal(together.tokens, [2, 2, 1, 6])


def test_learned_tokens_come_in_row_order_whatever_the_padding() -> None:
    tiny = make(0)
    rows = tiny.encode(["a", "ab b", "b b b"], ["ab", "b", ""])
    values, owner = tiny.token_logprobs(rows)
    assert owner.tolist() == [0, 0, 1, 1, 2]
    alone = torch.cat([tiny.token_logprobs([row])[0] for row in rows])
    torch.testing.assert_close(values, alone)


def test_a_verdict_is_the_odds_of_yes() -> None:
    tiny = make(0)
    verdict = tiny.verdict(["a", "ab b"], ["b", "a"])
    question = tiny.verdict_question("a", "b")
    yes, no = tiny.score([question, question], list(tiny.verdict_words)).logprob - _stops(tiny, question)
    assert verdict[0] == pytest.approx(1 / (1 + np.exp(no - yes)), abs=1e-5)
    assert ((verdict > 0) & (verdict < 1)).all()


def _stops(tiny: Tiny, question: str) -> np.ndarray:
    """Log-probability of the stop after each of the two verdict words."""
    rows = tiny.encode([question, question], list(tiny.verdict_words))
    with torch.no_grad():
        return tiny.token_logprobs(rows)[0].view(2, 2)[:, 1].numpy()


def test_an_unknown_character_is_named() -> None:
    with pytest.raises(ValueError, match="no piece for '7' in 'ab 7'"):
        make(0).score(["ab 7"], ["a"])


def test_messages_are_turns_of_the_policys_own_form() -> None:
    policy = Tiny.create("ab", seed=0, width=16, hidden=32)
    talk = [{"role": role, "content": text} for role, text in (("user", "a"), ("assistant", "b"), ("user", "b"))]
    assert policy.encode([talk], ["a"]) == policy.encode(["a<answer>b<stop>b"], ["a"])
    whole = policy.dialogue([*talk, {"role": "assistant", "content": "a"}])
    assert whole.ids == policy.encode([talk], ["a"])[0].ids
    assert whole.prompt == len("<a>")


def test_messages_that_are_no_turns_are_refused_in_words() -> None:
    policy = Tiny.create("ab", seed=0, width=16, hidden=32)
    with pytest.raises(ValueError, match="reads messages that go user, assistant"):
        policy.encode([[{"role": "system", "content": "a"}]], ["b"])


def test_the_longest_piece_is_read_first_and_text_comes_back() -> None:
    vocabulary = Vocabulary(("a", "b", "ab", " "))
    ids = vocabulary.encode("ab a<yes>b")
    assert [vocabulary.decode([index]) for index in ids] == ["ab", " ", "a", "<yes>", "b"]
    with pytest.raises(ValueError, match="twice"):
        Vocabulary(("a", "a"))
