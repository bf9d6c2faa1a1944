"""One policy-gradient step of `tiny`, against one step of TRL's GRPO on the same weights and the same completions.

TRL gets the model as `headway export` writes it, the same advantages and old log-probabilities, its own loss and AdamW
in 32 bits; both clip gradients and take one step on the batch. Sampling and rewards are in neither. Peak memory is that
of a process of its own for each, above what it held before its first step.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is loaded, also in a process of its own

import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from bench.rows import Row, interleaved
from bench.training import WIDE, puzzles
from headway.cast import Encoded
from headway.policy.tiny import Tiny
from headway.policy.tiny.export import write_transformers
from headway.train.descend import descend, optimizer_of
from headway.train.reinforce import Batch, Reinforce, logprobs

PROMPTS, EACH = 32, 8
REPETITIONS = 9
RATE = 1e-6
"""So small that the hundredth step does the work of the first."""


def batch() -> tuple[Tiny, list[Encoded], np.ndarray]:
    """A policy of width 128, 32 prompts of 8 completions each, and advantages that sum to 0 over a prompt."""
    tiny = Tiny.create(WIDE.pieces, seed=0, width=128, heads=4, hidden=384, rotary=(True,) * 4)
    prompts, _ = puzzles(PROMPTS, 0, fewest=6, most=9)
    _, texts = puzzles(PROMPTS * EACH, 1, fewest=6, most=9)
    rows = tiny.encode([prompt for prompt in prompts for _ in range(EACH)], texts)
    advantage = np.random.default_rng(0).normal(size=(PROMPTS, EACH))
    return tiny, rows, (advantage - advantage.mean(1, keepdims=True)).ravel()


def ours() -> Callable[[], object]:
    """A step of `Reinforce` as it is inside a round."""
    tiny, rows, weights = batch()
    reinforce, optimizer = Reinforce(), optimizer_of(tiny, RATE)
    whole = Batch(rows, torch.from_numpy(weights), logprobs(tiny, rows))
    return lambda: descend(tiny, optimizer, reinforce.losses(tiny, whole), RATE)


def theirs() -> Callable[[], object]:
    """A step of TRL: its loss, backward, clipping and its optimiser, on inputs that are ready."""
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer

    tiny, rows, weights = batch()
    old = logprobs(tiny, rows)
    with tempfile.TemporaryDirectory() as folder:
        write_transformers(tiny, Path(folder))
        trainer = GRPOTrainer(
            model=AutoModelForCausalLM.from_pretrained(folder),
            processing_class=AutoTokenizer.from_pretrained(folder),
            reward_funcs=lambda completions, **_: [0.0] * len(completions),
            train_dataset=Dataset.from_dict({"prompt": ["1"]}),
            args=GRPOConfig(
                output_dir=folder, loss_type="bnpo", beta=0.0, num_generations=EACH, learning_rate=RATE,
                per_device_train_batch_size=len(rows), use_cpu=True, bf16=False, report_to=[],
                gradient_checkpointing=False,
            ),
        )  # fmt: skip
    trainer.create_optimizer()
    optimizer = trainer.optimizer
    assert optimizer is not None
    inputs = padded(rows) | {"advantages": torch.tensor(weights, dtype=torch.float32)}
    width = inputs["completion_ids"].shape[1]
    inputs["old_per_token_logps"] = torch.stack([torch.nn.functional.pad(one, (0, width - len(one))) for one in old])
    trainer.model.train()
    trainer.current_gradient_accumulation_steps = 1  # as its training loop sets it

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        trainer._compute_loss(trainer.model, inputs).backward()
        torch.nn.utils.clip_grad_norm_(trainer.model.parameters(), 1.0)
        optimizer.step()

    return step


def padded(rows: list[Encoded]) -> dict[str, torch.Tensor]:
    """Prompts padded on the left and completions on the right, as TRL has them."""
    made: dict[str, list[list[int]]] = {
        name: [] for name in ("prompt_ids", "prompt_mask", "completion_ids", "completion_mask")
    }
    longest = max(row.prompt for row in rows), max(len(row.ids) - row.prompt for row in rows)
    for row in rows:
        before, after = longest[0] - row.prompt, longest[1] - (len(row.ids) - row.prompt)
        made["prompt_ids"].append([0] * before + row.ids[: row.prompt])
        made["prompt_mask"].append([0] * before + [1] * row.prompt)
        made["completion_ids"].append(row.ids[row.prompt :] + [0] * after)
        made["completion_mask"].append([1] * (len(row.ids) - row.prompt) + [0] * after)
    return {name: torch.tensor(values) for name, values in made.items()}


def peak(which: str) -> float:
    """Megabytes that three steps add to the memory of a process of its own."""
    done = subprocess.run([sys.executable, "-m", "bench.reinforce", which], capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def memory(line: str) -> float:
    """Megabytes of this process: `VmRSS` now, `VmHWM` at most since the mark was last reset (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(next(row for row in status.splitlines() if row.startswith(line)).split()[1]) / 1024


def measure() -> list[Row]:
    """One row: steps a second."""
    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mine, peer = interleaved(REPETITIONS, ours(), theirs())
    tokens = sum(len(row.ids) for row in batch()[1])
    note = (
        f"{tokens:,} tokens; medians {1 / mine.median:.2f} and {1 / peer.median:.2f}; "
        f"peak memory of the steps {peak('ours'):.0f} and {peak('theirs'):.0f} MB"
    )
    return [Row("one policy-gradient step, against TRL's GRPO", 1 / mine.best, 1 / peer.best, "step/s", 1.0, note)]


if __name__ == "__main__":
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    contender = {"ours": ours, "theirs": theirs}[sys.argv[1]]()
    Path("/proc/self/clear_refs").write_text("5")  # what making it took is forgotten
    held = memory("VmRSS")
    for _ in range(3):
        contender()
    print(memory("VmHWM") - held)
