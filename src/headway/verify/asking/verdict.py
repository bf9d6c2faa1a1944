"""The odds of the policy's own words for right and wrong: no reply is drawn."""

from collections.abc import Sequence

from headway.cast import Policy
from headway.verify.asking.asked import Asked, Drawing


def verdict(policy: Policy, asked: Asked, drawing: Drawing) -> Sequence[float | None]:
    """P(right) / (P(right) + P(wrong)) of each answer, in the policy's own verdict format."""
    del drawing
    return list(policy.verdict(asked.prompts, asked.said))
