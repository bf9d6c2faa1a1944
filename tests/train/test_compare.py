"""The rater: its loss in closed form, and that it learns what is preferred from comparisons alone."""

import math

import numpy as np
import pytest
import torch

from headway.policy.tiny import Tiny
from headway.train.compare import Compare, comparison


def test_the_loss_is_that_of_bradley_and_terry():
    yes_no = torch.log(torch.tensor([[[0.8, 0.2], [0.5, 0.5]], [[0.2, 0.8], [0.8, 0.2]]]))
    found = comparison(yes_no)
    assert found.tolist() == pytest.approx([-math.log(0.8), -math.log(1 / 17)])


def test_a_rater_prefers_what_was_preferred():
    """The preferred answer has more letters a than b, whatever the prompt; texts are of one length."""
    random = np.random.default_rng(0)
    policy = Tiny.create("abxy", seed=0, width=16, heads=2, hidden=32, rotary=(True,))

    def drawn(share):
        return "".join(random.choice(list("ab"), size=6, p=[share, 1 - share]))

    pairs = [("xy"[n % 2], drawn(0.8), drawn(0.2)) for n in range(400)]
    losses = Compare(epochs=2, learning_rate=3e-3).train(policy, pairs, seed=1)
    assert np.mean(losses[-5:]) < 0.4 < np.mean(losses[:3])
    fresh = [("x", drawn(0.8), drawn(0.2)) for _ in range(100)]
    good, bad = (policy.verdict(["x"] * 100, [pair[side] for pair in fresh]) for side in (1, 2))
    assert (good > bad).mean() > 0.85
