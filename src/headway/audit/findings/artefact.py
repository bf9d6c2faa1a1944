"""One seed for a whole group is a fault of the sampler, not a collapse of the model."""

import numpy as np

from headway.audit.findings.signs import Signs
from headway.measure.same_seed import beyond_chance

NEARLY_ALL = 0.9
WITHIN_PROMPT = (
    "same_answer",
    "same_text",
    "same_right",
    "same_approved",
    "overlap",
    "identical_groups",
    "self_agreement",
    "distinct@k",
    "distinct_right@k",
    "distinct_approved@k",
    "pass@k",
    "mixed",
    "within",
    "all_right",
    "all_wrong",
    "auc",
    "confidence_auc",
)
"""What compares attempts at one prompt, and says nothing where they are copies."""


def same_seed(signs: Signs) -> str | None:
    """A sentence where the attempts of a group are copies of one attempt; None where they are not.

    Copies are told from collapse by what the model itself gives for the chance of a coincidence (the mean
    of exp(logprob) estimates the chance that two draws agree); without log-probabilities by groups that were
    copies from the first step on, or became copies from one step to the next.
    """
    copies = signs.track("identical_groups")
    if copies is None or copies.value[-1] < NEARLY_ALL:
        return None
    expected = signs.track("expected_same_text")
    if expected is not None:
        if not beyond_chance(copies.value[-1], expected.value[-1]):
            return None
        return _said(copies.value[-1], f"the log-probabilities allow {expected.value[-1]:.0%}")
    if copies.value[0] >= NEARLY_ALL:
        return _said(copies.value[-1], "and were from the first step on")
    before = copies.value[:-1][np.diff(copies.value) > NEARLY_ALL - 0.2]
    if before.size and before.max() < 0.2:
        return _said(copies.value[-1], "and became so from one step to the next")
    return None


def _said(share: float, why: str) -> str:
    return (
        f"{share:.0%} of the groups are copies of one long text ({why}): the sampler used one seed, or no temperature, "
        f"for all attempts at a prompt; nothing can be said about their diversity"
    )
