"""Sampling of 1,000 ragged attempts by `tiny`, against `generate` of transformers on the same weights.

The peer pads prompts on the left and gets the batch size of those tried that suits it best. Both sample at
temperature 1 with the same limit of tokens. The weights are briefly trained, so that attempts stop where puzzles do:
each at its own time. The shape is the one that `Tiny.create` gives where nothing is said (width 64, 3 layers).
"""

import warnings

import numpy as np
import torch
from transformers import PreTrainedModel

from bench.rows import Row, interleaved
from bench.training import WIDE, puzzles
from headway.policy.tiny import Tiny
from headway.policy.tiny.export import to_transformers
from headway.policy.tiny.vocabulary import ANSWER, PAD, START, STOP
from headway.train.fit import Fit

ATTEMPTS = 1000
PER_PROMPT = 8
MAX_TOKENS = 32
PEER_BATCHES = (250, 1000)
REPETITIONS = 5


def peer_samples(model: PreTrainedModel, tiny: Tiny, prompts: list[str], batch: int) -> int:
    """Attempts by `generate`, prompts sorted by length into batches; how many tokens were drawn."""
    vocabulary = tiny.vocabulary
    rows = sorted(([vocabulary[START], *vocabulary.encode(p), vocabulary[ANSWER]] for p in prompts), key=len)
    drawn = 0
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        longest = max(map(len, part))
        ids = torch.tensor([[vocabulary[PAD]] * (longest - len(row)) + row for row in part])
        attention = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in part])
        out = model.generate(
            input_ids=ids,
            attention_mask=attention,
            do_sample=True,
            top_k=0,
            max_new_tokens=MAX_TOKENS,
            pad_token_id=vocabulary[PAD],
            eos_token_id=vocabulary[STOP],
        )
        drawn += int((out[:, longest:] != vocabulary[PAD]).sum())
    return drawn


def compare(name: str, tiny: Tiny, model: PreTrainedModel, prompts: list[str]) -> Row:
    """Attempts a second of ours and of the peer at its best batch size."""
    seeds = np.arange(len(prompts), dtype=np.uint64)
    ours, *theirs = interleaved(
        REPETITIONS,
        lambda: tiny.sample(prompts, seeds, temperature=1.0, top_p=1.0, max_tokens=MAX_TOKENS),
        *(lambda batch=batch: peer_samples(model, tiny, prompts, batch) for batch in PEER_BATCHES),
    )
    peer = min(theirs, key=lambda times: times.best)
    medians = f"medians {len(prompts) / ours.median:,.0f} and {len(prompts) / peer.median:,.0f}"
    return Row(name, len(prompts) / ours.best, len(prompts) / peer.best, "attempts/s", 2.0, medians)


def measure() -> list[Row]:
    """Two rows: eight attempts at each of 125 prompts, and 1,000 distinct prompts."""
    torch.set_num_threads(1)
    tiny = Tiny.create(WIDE.pieces, seed=0)
    prompts, texts = puzzles(ATTEMPTS, 3, fewest=3, most=14)
    Fit(epochs=6, learning_rate=2e-3).train(tiny, tiny.encode(prompts, texts), np.ones(ATTEMPTS), seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = to_transformers(tiny)
    few = [prompt for prompt in prompts[: ATTEMPTS // PER_PROMPT] for _ in range(PER_PROMPT)]
    return [
        compare(f"sampling, {PER_PROMPT} attempts at each of {ATTEMPTS // PER_PROMPT} prompts", tiny, model, few),
        compare(f"sampling, {ATTEMPTS:,} distinct prompts", tiny, model, prompts),
    ]
