"""Sampling by `hub` against plain `generate` of transformers, and its LoRA training, on a real pretrained model.

64 prompts through the chat template, 8 attempts at each, temperature 1, up to 16 tokens. The peer has two threads and
the batch size that suits it best of those tried; ours has a process of one thread for every core. Here it is the wall
clock that counts, since processes are compared with threads: run it on a machine that does nothing else. The model is
the folder in the environment variable HEADWAY_BENCH_MODEL; without one there is nothing to measure.
"""

import os
import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from transformers import PreTrainedModel

from bench.rows import Row
from headway.policy.hub import Hub, Settings
from headway.policy.hub.tokens import Tokens
from headway.train import Fit

PROMPTS, PER_PROMPT, MAX_TOKENS = 64, 8, 16
PEER_BATCHES = (64, 128)
PEER_PROMPTS = 16
"""The peer writes this many of the prompts: its time is proportional, and it is slow."""
TRAINED = 16


def peer_samples(model: PreTrainedModel, tokens: Tokens, prompts: list[list[int]], batch: int) -> int:
    """Attempts by `generate`, prompts sorted by length into batches and padded on the left; the tokens drawn."""
    rows = sorted(prompts, key=len)
    drawn = 0
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        longest = max(map(len, part))
        ids = torch.tensor([[tokens.pad] * (longest - len(row)) + row for row in part])
        seen = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in part])
        written = model.generate(  # type: ignore[operator]
            input_ids=ids,
            attention_mask=seen,
            do_sample=True,
            top_k=0,
            top_p=1.0,
            temperature=1.0,
            max_new_tokens=MAX_TOKENS,
            pad_token_id=tokens.pad,
        )[:, longest:]
        for row in written.tolist():
            drawn += next((place + 1 for place, token in enumerate(row) if tokens.ended(token)), len(row))
    return drawn


def rate(work: Callable[[], int]) -> float:
    """Tokens a second of one run, by the wall clock."""
    start = time.perf_counter()
    drawn = work()
    return drawn / (time.perf_counter() - start)


def measure() -> list[Row]:
    """One row: tokens a second, ours and the peer's at its best batch size."""
    model = os.environ.get("HEADWAY_BENCH_MODEL")
    if not model:
        print("bench.hub is left out: set HEADWAY_BENCH_MODEL to the folder of a language model", file=sys.stderr)
        return []
    policy = Hub.create(Settings(model, chat=True, number="float32"), seed=0)
    prompts = [f"What is {a} + {b}?" for a in range(8) for b in range(0, 800, 100)][:PROMPTS]
    asked = [prompt for prompt in prompts for _ in range(PER_PROMPT)]
    seeds = np.arange(len(asked), dtype=np.uint64)

    def ours() -> int:
        drawn = policy.sample(asked, seeds, temperature=1.0, top_p=1.0, max_tokens=MAX_TOKENS).tokens
        return int(drawn.sum())

    policy.sample(asked[::16], seeds[::16], temperature=1.0, top_p=1.0, max_tokens=2)  # begins the processes
    mine = rate(ours)
    torch.set_num_threads(2)
    theirs = policy.tokens.prompts(asked[: PEER_PROMPTS * PER_PROMPT])
    plain = policy.loaded.body.merge(policy.weights)
    speeds = {batch: rate(lambda b=batch: peer_samples(plain, policy.tokens, theirs, b)) for batch in PEER_BATCHES}
    torch.set_num_threads(1)
    best = max(speeds, key=lambda batch: speeds[batch])
    learned, second = training(policy, asked)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    note = (
        f"{policy.loaded.count} processes; generate: 2 threads, batch {best} of {PEER_BATCHES}; "
        f"LoRA on one thread: {second:.1f} s a step of {TRAINED} rows, {learned:.0f} tokens/s; memory {memory:.1f} GiB"
    )
    return [Row(f"sampling {PROMPTS} x {PER_PROMPT} by a language model", mine, speeds[best], "tokens/s", 1.5, note)]


def training(policy: Hub, prompts: list[str]) -> tuple[float, float]:
    """Tokens a second and seconds a step of LoRA training, one step untimed."""
    learner = policy.copy()
    rows = learner.encode(
        prompts[:TRAINED], ["The sum of the two numbers is a number that I can give: it is 42."] * TRAINED
    )
    fit, weights = Fit(epochs=1, batch=TRAINED), np.ones(TRAINED)
    fit.train(learner, rows, weights, 0)
    start = time.perf_counter()
    fit.train(learner, rows, weights, 0)
    seconds = time.perf_counter() - start
    return sum(len(row.ids) for row in rows) / seconds, seconds
