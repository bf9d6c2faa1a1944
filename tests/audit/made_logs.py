"""Logs of loops of known fate, as verl writes them: what each test changes is in its arguments."""

import json
from pathlib import Path

import numpy as np

ESCAPE = "\x1b[31m<script>alert(1)</script>"


def dump(
    folder: Path, *, steps: int = 6, prompts: int = 256, attempts: int = 8, collapsing: bool = False, gold: bool = True
):
    """A folder of `{step}.jsonl`: a policy that is right in half of its attempts, or ever less and ever more alike."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    for step in range(steps):
        fall = step / max(steps - 1, 1) if collapsing else 0.0
        rows = []
        for prompt in range(prompts):
            chance = random.beta(4, 4) * (1 - 0.8 * fall)
            for _ in range(attempts):
                right = random.random() < chance
                stuck = random.random() < 0.8 * fall
                answer = (
                    f"{prompt} right {random.integers(4)}"
                    if right
                    else "I am sure"
                    if stuck
                    else str(random.integers(99))
                )
                rows.append(
                    {
                        "input": f"question {prompt} of the exam {ESCAPE}",
                        "output": f"so the answer {ESCAPE} must be {answer}",
                        "score": 0.5 + 0.4 * fall if collapsing else float(right),
                        "step": step,
                        "pred": answer,
                        **({"acc": right} if gold else {}),
                    }
                )  # fmt: skip
        (folder / f"{step}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder
