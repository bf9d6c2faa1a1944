"""Is this loop collapsing? A loop of your own, written down by hand as one line a rollout, and audited.

The made-up policy below forgets: in every step it is less often right and says the same a little more often, while the
reward that it is trained on rises. Replace `rollouts` by what your loop does, or name the folder that your
stack already writes.
"""

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from headway.audit import audit

PROMPTS, ATTEMPTS, STEPS = 256, 8, 6


def rollouts(step: int) -> Iterator[dict]:
    """One step: several attempts at each prompt, what they were paid, and whether an exact check finds them right."""
    lost = step / STEPS
    for prompt in range(PROMPTS):
        for _ in range(ATTEMPTS):
            stuck = random.random() < lost
            answer = 0 if stuck else random.choice((prompt % 7, random.randrange(50)))
            yield {
                "step": step,
                "prompt": f"What is {prompt} modulo 7?",
                "text": f"I am sure that it is {answer}." if stuck else f"It is {answer}.",
                "answer": str(answer),
                "reward": 0.9 if stuck else 0.5,
                "gold": float(answer == prompt % 7),
            }


if __name__ == "__main__":
    random.seed(0)
    with tempfile.TemporaryDirectory() as folder:
        with (Path(folder) / "rollouts.jsonl").open("w") as file:
            for step in range(STEPS):
                file.writelines(json.dumps(row) + "\n" for row in rollouts(step))
        found = audit(folder)
    print(found.verdict.sentence)
    for line in found.verdict.evidence:
        print(f"  {line.measure}: {line.before} -> {line.after}, a change of {line.change}")
    if found.texts:
        print(f"  most repeated now: {found.texts.repeated[0].text!r}, {found.texts.repeated[0].now:.0%} of attempts")
