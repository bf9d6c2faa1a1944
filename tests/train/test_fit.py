"""Weighted likelihood: what is learned, what is refused, and that nothing else changes."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from headway.attempts import Attempts
from headway.cast import Cast, Encoded
from headway.policy.tiny import Tiny
from headway.stages import RoundRefused
from headway.train import fit
from headway.train.fit import Fit, batches, pieces, rate

FIT = Fit(epochs=3, batch=4, learning_rate=3e-3)


def make(seed: int = 0) -> Tiny:
    return Tiny.create("abcd", seed=seed, width=16, heads=2, hidden=24, rotary=(True, False))


def attempts(*rows: tuple[str, str, float]) -> Attempts:
    """Attempts from (prompt, text, weight)."""
    return Attempts.of(
        [
            {"task": f"t{n}", "domain": "test", "level": 1, "prompt": prompt, "id": f"i{n}", "author": "solver"}
            | {"text": text, "weight": weight}
            for n, (prompt, text, weight) in enumerate(rows)
        ]
    )


SOME = attempts(*((prompt, text, 1.0) for prompt in ("a", "b", "cd") for text in ("ab", "ba", "dcd")))


def test_the_same_seed_gives_the_same_bits() -> None:
    cast = Cast({"solver": make()})
    first, second, other = (FIT(cast, SOME, seed)["solver"].digest() for seed in (1, 1, 2))
    assert first == second != other
    assert cast["solver"].digest() == make().digest()


def test_what_is_taught_becomes_likelier_and_what_is_untaught_less_likely() -> None:
    tiny = make()
    trained = FIT(Cast({"solver": tiny}), attempts(("a", "bb", 1.0), ("a", "cd", -1.0)), seed=0)["solver"]
    gained = trained.score(["a", "a"], ["bb", "cd"]).logprob - tiny.score(["a", "a"], ["bb", "cd"]).logprob
    assert gained[0] > 0 > gained[1]


def test_weight_zero_teaches_nothing() -> None:
    cast = Cast({"solver": make()})
    with_zeros = attempts(("a", "bb", 1.0), ("b", "dddd", 0.0), ("c", "ca", -0.5))
    without = attempts(("a", "bb", 1.0), ("c", "ca", -0.5))
    assert FIT(cast, with_zeros, 5)["solver"].digest() == FIT(cast, without, 5)["solver"].digest()


def test_weights_are_shares_of_a_batch() -> None:
    """Ten times the weight everywhere is the same lesson, and a piece at a time the same as all at once."""
    rows = make().encode(["a", "b", "cd"], ["ab", "ba", "dcd"])
    losses = []
    for weights in (np.array([1.0, 2.0, -1.0]), np.array([10.0, 20.0, -10.0])):
        learner = make()
        optimizer = torch.optim.AdamW(learner.parameters(), lr=1e-3)
        losses.append(fit.step(learner, optimizer, rows, weights))
    logprob, owner = make().token_logprobs(rows)
    expected = -(logprob * torch.tensor([1.0, 2.0, -1.0])[owner]).sum() / (3 * 1 + 3 * 2 + 4 * 1)
    assert losses == pytest.approx([expected.item()] * 2, abs=1e-6)


def test_pieces_add_up_to_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = make().encode(["a", "b", "cd", "d"] * 3, ["ab", "ba", "dcd", "d"] * 3)
    gradients = []
    for tokens in (10_000, 12):
        monkeypatch.setattr(fit, "TOKENS_AT_ONCE", tokens)
        learner = make()
        fit.step(learner, torch.optim.SGD(learner.parameters(), lr=0.0), rows, np.linspace(-1, 2, 12))
        gradients.append(torch.cat([p.grad.flatten() for p in learner.parameters() if p.grad is not None]))
    torch.testing.assert_close(gradients[0], gradients[1], atol=1e-6, rtol=1e-4)


def test_pieces_hold_every_row_once_and_are_not_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "TOKENS_AT_ONCE", 20)
    rows = [Encoded([0] * length, 1) for length in (3, 4, 5, 9, 9, 30, 2)]
    parts = list(pieces(rows))
    assert [row for part in parts for row in rows[part]] == rows
    for part in parts:
        lengths = [len(row.ids) for row in rows[part]]
        assert len(lengths) == 1 or max(lengths) * len(lengths) <= 20


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_is_refused_and_the_cast_untouched(broken: float) -> None:
    tiny = make()
    with torch.no_grad():
        tiny.parameters()[0][:] = broken
    before = tiny.digest()
    with pytest.raises(RoundRefused, match="loss became nan"):
        FIT(Cast({"solver": tiny}), SOME, seed=0)
    assert tiny.digest() == before


def test_a_round_may_begin_at_the_base() -> None:
    one, other = Cast({"solver": make(0), "base": make(9)}), Cast({"solver": make(1), "base": make(9)})
    begin = Fit(epochs=1, batch=4, start="base")
    assert begin(one, SOME, 3)["solver"].digest() == begin(other, SOME, 3)["solver"].digest()
    assert (
        begin(one, SOME, 3)["solver"].digest()
        == Fit(epochs=1, batch=4)(Cast({"solver": make(9)}), SOME, 3)["solver"].digest()
    )
    assert one["base"].digest() == make(9).digest()


def test_interpolation_ends_between_the_trained_weights_and_the_base() -> None:
    cast = Cast({"solver": make(0), "base": make(9)})
    trained, half = (stage(cast, SOME, 3).learner("solver") for stage in (FIT, replace(FIT, interpolate=0.5)))
    assert half.digest() == trained.interpolate(make(9), 0.5).digest()


def test_every_row_is_used_once_an_epoch() -> None:
    rows = [Encoded([0] * length, 1) for length in np.random.default_rng(0).integers(2, 40, 531)]
    drawn = list(batches(rows, 8, np.random.default_rng(1)))
    assert sorted(np.concatenate(drawn).tolist()) == list(range(531))
    assert max(map(len, drawn)) == 8
    again = list(batches(rows, 8, np.random.default_rng(2)))
    assert [part.tolist() for part in drawn] != [part.tolist() for part in again]


@pytest.mark.parametrize("updates", [1, 3, 7])
def test_a_number_of_updates_is_the_same_compute_whatever_was_kept(updates: int) -> None:
    """Nine rows in batches of four are three batches an epoch; one row is one."""
    for rows in (SOME, attempts(("a", "bb", 1.0))):
        learner = make()
        encoded = learner.encode(rows.prompts, rows["text"].to_list())
        losses = replace(FIT, updates=updates).train(learner, encoded, rows["weight"].to_numpy(), seed=0)
        assert len(losses) == updates
    whole = FIT(Cast({"solver": make()}), SOME, seed=1)["solver"].digest()
    assert replace(FIT, updates=9)(Cast({"solver": make()}), SOME, seed=1)["solver"].digest() == whole


def test_the_rate_rises_then_falls_to_a_tenth() -> None:
    rates = [rate(index, 200) for index in range(200)]
    top = rates.index(max(rates))
    assert rates[:top] == sorted(rates[:top]) and rates[top:] == sorted(rates[top:], reverse=True)
    assert max(rates) == 1.0 and 0.1 < rates[-1] < 0.11 and 0.0 < rates[0] <= 0.1
    assert rate(0, 1) == 1.0


def test_fields_are_checked() -> None:
    with pytest.raises(ValueError, match="epochs"):
        Fit(epochs=0)
    with pytest.raises(ValueError, match="interpolate"):
        Fit(interpolate=1.0)
