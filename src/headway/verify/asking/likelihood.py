"""How likely the policy would be to write the same."""

from collections.abc import Sequence

import numpy as np

from headway.cast import Policy
from headway.verify.asking.asked import Asked, Drawing


def likelihood(policy: Policy, asked: Asked, drawing: Drawing) -> Sequence[float | None]:
    """The geometric mean of the probabilities of each text's tokens."""
    del drawing
    scores = policy.score(asked.prompts, asked.said)
    return list(np.exp(scores.logprob / scores.tokens))
