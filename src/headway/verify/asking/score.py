"""A chain of thought that ends with a score from 1 to 10 (CoT-Score, arXiv:2412.02674)."""

import re
from collections.abc import Sequence

from headway.cast import Policy
from headway.verify.asking.asked import Asked, Drawing, about, mean_of, question

LOWEST, HIGHEST = 1, 10
TEXT = (
    f"How good is the answer, from {LOWEST} (surely wrong) to {HIGHEST} (surely right)? Think it through step by step, "
    'then end with one line that reads "Score: " and the number.'
)
# A sign or a point before the number belongs to it, and makes it one that was not asked for.
LINE = re.compile(r"^(?:\W*score)?[^\w\-−.]*(\d+(?:\.\d+)?)(?:\s*/\s*10)?[^\w/\-−]*$", re.IGNORECASE | re.MULTILINE)


def score(policy: Policy, asked: Asked, drawing: Drawing) -> Sequence[float | None]:
    """The mean score of each answer over the replies that gave one, 1 read as 0.0 and 10 as 1.0."""
    pairs = zip(asked.prompts, asked.said, strict=True)
    questions = [question(about(prompt, said) + TEXT, prompt) for prompt, said in pairs]
    return [mean_of([given(reply) for reply in replies]) for replies in drawing(policy, questions)]


def given(reply: str) -> float | None:
    """The score in the last line that is only a score, in [0, 1]; None without one, or where it is out of range."""
    found = LINE.findall(reply)
    value = float(found[-1]) if found else None
    if value is None or not LOWEST <= value <= HIGHEST:
        return None
    return (value - LOWEST) / (HIGHEST - LOWEST)
