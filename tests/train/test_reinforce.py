"""Training by advantages and by preferences: what moves, who is trained on what, and what is refused."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headway.attempts import Attempts
from headway.cast import Cast
from headway.policy.tiny import Tiny
from headway.stages import RoundRefused
from headway.train import Prefer, Reinforce
from headway.train.prefer import paired


def make(seed: int = 0) -> Tiny:
    return Tiny.create("abcd", seed=seed, width=16, heads=2, hidden=24, rotary=(True, False))


def attempts(*rows: tuple[str, str, float], author: str = "solver") -> Attempts:
    """Attempts from (prompt, text, weight); the prompt is the task."""
    return Attempts.of(
        [
            {"task": prompt, "domain": "test", "level": 1, "prompt": prompt, "id": f"{author}{n}", "author": author}
            | {"text": text, "weight": weight}
            for n, (prompt, text, weight) in enumerate(rows)
        ]
    )


SOME = attempts(("a", "bb", 1.0), ("a", "cd", -1.0), ("b", "ab", 0.5), ("b", "dd", -0.5), ("b", "c", 0.0))
REINFORCE = Reinforce(epochs=4, batch=2, learning_rate=3e-3)
PREFER = Prefer(epochs=10, learning_rate=3e-3, reference="solver")


def moved(train, cast: Cast) -> np.ndarray:
    """How much likelier each of SOME's texts became."""
    before, after = (
        one["solver"].score(SOME.prompts, SOME["text"].to_list()).logprob for one in (cast, train(cast, SOME, 1))
    )
    return after - before


@pytest.mark.parametrize(
    "train",
    [
        REINFORCE,
        replace(REINFORCE, level="sequence", over="row"),
        PREFER,
        replace(PREFER, loss="ipo"),
        replace(PREFER, loss="hinge"),
    ],
)
def test_what_is_paid_gains_on_what_costs_at_every_task(train):
    gain = moved(train, Cast({"solver": make(), "base": make()}))
    assert gain[0] > gain[1] and gain[2] > gain[3]


@pytest.mark.parametrize("train", [REINFORCE, PREFER])
def test_the_same_seed_gives_the_same_bits_and_the_cast_stays_as_it_was(train):
    cast = Cast({"solver": make()})
    first, second, other = (train(cast, SOME, seed)["solver"].digest() for seed in (1, 1, 2))
    assert first == second != other
    assert cast["solver"].digest() == make().digest()


def test_a_reference_holds_back():
    cast = Cast({"solver": make(), "base": make()})
    free, held = (np.abs(moved(replace(REINFORCE, epochs=20, kl=kl), cast)).sum() for kl in (0.0, 5.0))
    assert held < free / 2


def test_an_attempt_of_an_older_policy_counts_by_how_likely_it_is_now():
    learner = make()
    now = learner.score(SOME.prompts, SOME["text"].to_list()).logprob
    ages = pl.Series("staleness", [0, 1, 1, 2, None], dtype=pl.Int64)
    then = pl.Series("logprob", now - np.log([9.0, 1.5, 9.0, 0.25, 9.0]))
    old = Attempts(SOME.frame.with_columns(ages, then))
    rows = learner.encode(old.prompts, old["text"].to_list())
    assert REINFORCE.caught_up(learner, rows, old) == pytest.approx([1.0, 1.5, 2.0, 0.25, 1.0], rel=1e-4)
    with pytest.raises(ValueError, match="no log-probability"):
        REINFORCE.caught_up(learner, rows, Attempts(SOME.frame.with_columns(ages)))


def test_clipping_bounds_how_far_a_round_goes():
    cast = Cast({"solver": make()})
    wide, narrow = (
        np.abs(moved(replace(REINFORCE, epochs=40, clip_low=clip, clip_high=clip), cast)).max() for clip in (1.0, 0.05)
    )
    assert narrow < wide / 2


def test_roles_learn_from_their_own_attempts_and_all_from_the_worlds():
    cast = Cast({"solver": make(0), "proposer": make(1)})
    train = replace(REINFORCE, roles=("solver", "proposer"))
    after = train(cast, SOME, 1)
    assert after["solver"] is not cast["solver"] and after["proposer"] is cast["proposer"]
    given = attempts(("a", "ab", 1.0), author="world")
    after = train(cast, given, 1)
    assert all(after[role].digest() != cast[role].digest() for role in train.roles)


def test_one_policy_in_two_roles_stays_one_policy():
    both = make()
    cast = Cast({"solver": both, "proposer": both})
    mine = Attempts.join([SOME, attempts(("c", "dd", 1.0), author="proposer")])
    after = replace(REINFORCE, roles=("solver", "proposer"))(cast, mine, 1)
    assert after["solver"] is after["proposer"] is not both


def test_pairs_are_of_one_task_and_of_opposite_sides():
    many = attempts(
        ("a", "b", 1.0), ("a", "c", -1.0), ("a", "d", -2.0), ("a", "ab", -1.0), ("b", "b", 1.0), ("c", "b", -1.0)
    )
    chosen, rejected = paired(many, 8, np.random.default_rng(0))
    assert chosen.tolist() == [0, 0, 0] and sorted(rejected.tolist()) == [1, 2, 3]
    assert len(paired(many, 2, np.random.default_rng(0))[0]) == 2


def test_no_pair_is_refused_with_a_sentence():
    with pytest.raises(RoundRefused, match="none of the 2 tasks has attempts of both"):
        PREFER(Cast({"solver": make()}), attempts(("a", "b", 1.0), ("b", "b", -1.0)), 0)


def test_a_loss_that_is_no_number_is_refused():
    cast = Cast({"solver": make()})
    with pytest.raises(RoundRefused, match="learning_rate"):
        replace(REINFORCE, learning_rate=1e30, epochs=20)(cast, SOME, 0)


def test_fields_are_checked():
    for wrong in ({"clip_low": 0.0}, {"roles": ()}, {"kl": -1.0}, {"over": "page"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Reinforce(**wrong)
    with pytest.raises(ValueError, match="beta"):
        Prefer(beta=0.0)
