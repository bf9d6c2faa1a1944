"""The weighted table handed to TRL: the same pairs, and after one update the same weights as our own trainer gives."""

import pytest

from headway.attempts import Attempts
from headway.cast import Cast
from headway.policy.tiny import Tiny
from headway.stages import RoundRefused
from headway.train import Prefer, Trl

pytest.importorskip("trl")


def attempts(weights=(1.0, -1.0, 0.5, -2.0)) -> Attempts:
    rows = [
        {
            "task": f"t{task}", "domain": "d", "level": 1, "prompt": f"{task}=", "id": f"{task}-{n}",
            "author": "solver", "text": "abc"[: n + 1] + str(task), "weight": weight,
        }
        for task in range(4)
        for n, weight in enumerate(weights)
    ]  # fmt: skip
    return Attempts.of(rows)


@pytest.fixture
def cast() -> Cast:
    policy = Tiny.create("abc0123=", seed=3, width=16, heads=2, hidden=32, rotary=(True, True))
    return Cast({"solver": policy, "base": policy})


def test_rows_are_the_pairs_of_our_own_trainer_as_token_ids(cast):
    rows = Trl(pairs=2).rows(cast.learner("solver"), attempts(), seed=0)
    assert rows.height == 8
    policy = cast.learner("solver")
    for row in rows.rows(named=True):
        assert policy.vocabulary.decode(row["prompt_ids"]).endswith("=<answer>")
        assert policy.vocabulary.decode(row["chosen_ids"]).endswith("<stop>")
    assert Trl().rows(policy, attempts((1.0, 0.5, 1.0, 2.0)), seed=0).is_empty()
    with pytest.raises(RoundRefused, match="nothing to prefer"):
        Trl()(cast, attempts((1.0, 0.5, 1.0, 2.0)), 0)


@pytest.mark.slow
def test_one_update_by_trl_under_accelerate_gives_the_weights_that_ours_gives(cast):
    ours = Prefer(batch=64, pairs=2, learning_rate=1e-3)(cast, attempts(), 5).learner("solver")
    theirs = Trl(batch=64, pairs=2, learning_rate=1e-3)(cast, attempts(), 5).learner("solver")
    before = dict(cast.learner("solver").network.named_parameters())
    same = dict(ours.network.named_parameters())
    moved = [(weight - before[name]).detach() for name, weight in theirs.network.named_parameters()]
    apart = [(weight - same[name]).detach().abs() for name, weight in theirs.network.named_parameters()]
    # Adam's first step is as long for a gradient of rounding errors as for any other: a few embeddings have only those.
    far = sum(int((one > 1e-5).sum()) for one in apart)
    assert far <= 0.005 * sum(one.numel() for one in apart)
    assert max(float(one.abs().max()) for one in moved) > 5e-4


@pytest.mark.slow
def test_what_trl_says_when_it_fails_is_the_reason_of_the_refusal(cast):
    with pytest.raises(RoundRefused, match="no_such_field"):
        Trl(more=("no_such_field=1",))(cast, attempts(), 0)
