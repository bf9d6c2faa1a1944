"""Advantages and preferences train the adapters of a pretrained model too."""

import pytest

from headway.attempts import Attempts
from headway.cast import Cast
from headway.train import Prefer, Reinforce

SOME = Attempts.of(
    [
        {
            "task": "t",
            "domain": "d",
            "level": 1,
            "prompt": "1+1=",
            "id": text,
            "author": "solver",
            "text": text,
            "weight": weight,
        }
        for text, weight in (("2", 1.0), ("12", -1.0), ("7", -0.5))
    ]
)


@pytest.mark.parametrize(
    "train", [Reinforce(epochs=10, batch=3, learning_rate=1e-2, kl=0.01), Prefer(epochs=10, learning_rate=1e-2)]
)
def test_what_is_paid_gains_on_what_costs(moved, train):
    after = train(Cast({"solver": moved, "base": moved}), SOME, 0)["solver"]
    texts = SOME["text"].to_list()
    gain = after.score(SOME.prompts, texts).logprob - moved.score(SOME.prompts, texts).logprob
    assert gain[0] > gain[1] and gain[0] > gain[2]
