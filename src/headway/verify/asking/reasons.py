"""A chain of thought that ends with yes or no (CoT-Binary, arXiv:2412.02674)."""

import re
from collections.abc import Sequence

from headway.cast import Policy
from headway.verify.asking.asked import Asked, Drawing, about, mean_of, question

TEXT = (
    "Is the answer right? Think it through step by step, then end with one line that reads "
    '"Verdict: yes" or "Verdict: no".'
)
LINE = re.compile(r"^\W*(?:verdict\W+)?(yes|no)\W*$", re.IGNORECASE | re.MULTILINE)


def reasons(policy: Policy, asked: Asked, drawing: Drawing) -> Sequence[float | None]:
    """The share of replies that end with yes, among those that end with either."""
    pairs = zip(asked.prompts, asked.said, strict=True)
    questions = [question(about(prompt, said) + TEXT, prompt) for prompt, said in pairs]
    return [mean_of([concluded(reply) for reply in replies]) for replies in drawing(policy, questions)]


def concluded(reply: str) -> float | None:
    """1.0 for yes and 0.0 for no by the last line that says only that; None for a reply that does not conclude."""
    found = LINE.findall(reply)
    return float(found[-1].lower() == "yes") if found else None
