"""A whole loop with everything inline: no engine, no run folder, no framework, so that each step can be read.

A small transformer learns to make a target from numbers, then improves on its own right answers:

    propose -> sample -> verify -> select -> train -> measure -> gate, and again

Run it with `python examples/loop_by_hand.py`; it takes about two minutes on one core. `headway run guarded` does the
same with a run folder, resume, intervals and a page; compare with `Loop` in src/headway/loop.py.
"""

import random
from collections import defaultdict

import numpy as np
import torch

from headway.domains import Puzzles
from headway.policy.tiny import Tiny

torch.set_num_threads(1)
PUZZLES = Puzzles()
ROUNDS, TASKS, ATTEMPTS, KEEP = 5, 400, 16, 4


def train(policy, prompts, texts, *, epochs, rate):
    """Plain likelihood: raise the log-probability of each text given its prompt."""
    rows = policy.encode(prompts, texts)
    optimizer = torch.optim.AdamW(policy.parameters(), lr=rate)
    for _ in range(epochs):
        random.shuffle(rows)
        for start in range(0, len(rows), 64):
            logprobs, _ = policy.token_logprobs(rows[start : start + 64])
            optimizer.zero_grad()
            (-logprobs.mean()).backward()
            torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
            optimizer.step()


def sample(policy, prompts, attempts, seed):
    """`attempts` texts for each prompt, and the answer that each text gives (None if it cannot be read)."""
    asked = [prompt for prompt in prompts for _ in range(attempts)]
    seeds = np.random.default_rng(seed).integers(2**63, size=len(asked), dtype=np.uint64)
    texts = policy.sample(asked, seeds, temperature=1.0, top_p=1.0, max_tokens=13).texts
    return [(prompt, text, PUZZLES.read(text)) for prompt, text in zip(asked, texts, strict=True)]


def is_right(prompt, answer):
    """The external check: arithmetic, which no training can talk round."""
    return PUZZLES.check(prompt, None, answer) == 1.0


def select(attempts):
    """Right attempts, at most KEEP for each prompt, so that easy prompts do not crowd out hard ones."""
    kept = defaultdict(list)
    for prompt, text, answer in attempts:
        if is_right(prompt, answer) and len(kept[prompt]) < KEEP:
            kept[prompt].append(text)
    return [(prompt, text) for prompt, texts in kept.items() for text in texts]


def exam(policy, prompts):
    """Held-out accuracy, and the mean number of different right answers in 16 attempts."""
    attempts = sample(policy, prompts, ATTEMPTS, seed=0)
    right = [(prompt, answer) for prompt, _, answer in attempts if is_right(prompt, answer)]
    return len(right) / len(attempts), len(set(right)) / len(prompts)


def main():
    """Pretrain on given answers, then five rounds of the loop."""
    random.seed(0)
    gold = [(row.prompt, row.text) for row in PUZZLES.graded(3000, 0) if (row.verdicts or {})["world"] == 1.0]
    held_out = PUZZLES.tasks(150, 0, held_out=True).prompts
    policy = Tiny.create(PUZZLES.pieces, seed=0, width=48, hidden=144)
    train(policy, *zip(*gold, strict=True), epochs=20, rate=2e-3)
    learned, best = [], exam(policy, held_out)
    print(f"round 0: accuracy {best[0]:.3f}, different right answers {best[1]:.2f}")

    for number in range(1, ROUNDS + 1):
        prompts = PUZZLES.tasks(TASKS, number).prompts  # propose: fresh tasks, never the exam's
        attempts = sample(policy, prompts, ATTEMPTS, seed=number)
        selected = select(attempts)  # verify and select
        replayed = random.sample(gold, (len(selected) + len(learned)) // 2)  # what the world gave, a third of the diet
        trained = policy.copy()
        train(trained, *zip(*selected, *learned, *replayed, strict=True), epochs=2, rate=3e-4)
        accuracy, distinct = exam(trained, held_out)
        stands = accuracy > best[0] - 0.02 and distinct > best[1] - 0.1  # the gate; headway's asks for proof
        if stands:
            policy, learned, best = trained, learned + selected, (max(accuracy, best[0]), max(distinct, best[1]))
        word = "accepted" if stands else "rolled back"
        print(f"round {number}: accuracy {accuracy:.3f}, different right answers {distinct:.2f}, {word}")


if __name__ == "__main__":
    main()
