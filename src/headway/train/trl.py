"""The same weighted table, learned by TRL's trainer under accelerate: for models that want more than one process."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.cast import Cast, Learner
from headway.engine.process import environment
from headway.policy.exporting import export
from headway.stages import RoundRefused, require
from headway.train.prefer import paired

if TYPE_CHECKING:
    from headway.policy.tiny import Tiny

WORKER = "headway.train.trl_worker"
LAST_LINES = 2
"""Lines of what a failed process said that are repeated."""


@dataclass(frozen=True)
class Trl:
    """Preferences learned by TRL's `DPOTrainer`, in processes that `accelerate launch` starts.

    Pairs are those of `Prefer`, as token ids, so nothing is tokenised twice; `base` is the reference. `accelerate` is a
    config file of accelerate's (machines, processes, DeepSpeed or FSDP); without one it is one process on the
    processor. Whatever else TRL's `DPOConfig` has can be set by `more`, as `field=value`. Weights go out and come back
    as `transformers` has them. Needs `pip install 'headway[trl]'`; trains the embedded policy.
    """

    role: str = "solver"
    beta: float = 0.1
    reference: str = "base"
    pairs: int = 4
    epochs: int = 1
    batch: int = 32
    learning_rate: float = 1e-4
    accelerate: str = ""
    more: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(self.beta > 0.0, self, "beta", "more than 0")
        require(self.pairs >= 1, self, "pairs", "a whole number of at least 1")
        require(self.epochs >= 1, self, "epochs", "a whole number of at least 1")
        require(self.batch >= 1, self, "batch", "a whole number of at least 1")
        require(self.learning_rate > 0.0, self, "learning_rate", "more than 0")
        require(all("=" in one for one in self.more), self, "more", "texts such as 'warmup_steps=10'")

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,)

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        """The cast with a new policy in `role`; RoundRefused where TRL failed, with what it said."""
        from headway.policy.tiny import Tiny

        learner = cast.learner(self.role)
        if not isinstance(learner, Tiny):
            raise TypeError(f"Trl trains the embedded policy, not {type(learner).__name__}; use Prefer for that one")
        rows = self.rows(learner, attempts, seed)
        if rows.is_empty():
            raise RoundRefused(
                "no task has attempts of both positive and negative weight, so there is nothing to prefer"
            )
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            rows.write_parquet(folder / "pairs.parquet")
            (folder / "settings.json").write_text(json.dumps(self.settings(seed)))
            written(learner, folder / "model")
            written(cast.learner(self.reference), folder / "reference")
            self.launch(folder)
            return cast.replace(self.role, read_back(folder / "trained"))

    def rows(self, learner: Learner, attempts: Attempts, seed: int) -> pl.DataFrame:
        """The table as TRL's collator wants it: `prompt_ids`, `chosen_ids` and `rejected_ids`, a row a pair."""
        chosen, rejected = paired(attempts, self.pairs, np.random.default_rng(seed))
        encoded = learner.encode(attempts.prompts, attempts["text"].to_list())
        pairs = [(encoded[good], encoded[bad]) for good, bad in zip(chosen, rejected, strict=True)]
        kind = pl.List(pl.Int64)
        return pl.DataFrame(
            {
                "prompt_ids": pl.Series([good.ids[: good.prompt] for good, _ in pairs], dtype=kind),
                "chosen_ids": pl.Series([good.ids[good.prompt :] for good, _ in pairs], dtype=kind),
                "rejected_ids": pl.Series([bad.ids[bad.prompt :] for _, bad in pairs], dtype=kind),
            }
        )

    def settings(self, seed: int) -> dict[str, object]:
        """Fields of TRL's `DPOConfig`."""
        extra = dict(one.split("=", 1) for one in self.more)
        return {
            "beta": self.beta,
            "num_train_epochs": self.epochs,
            "per_device_train_batch_size": self.batch,
            "learning_rate": self.learning_rate,
            "seed": seed % 2**31,
            **{name: plain(value) for name, value in extra.items()},
        }

    def launch(self, folder: Path) -> None:
        """Run TRL in processes of its own; they say what they do on standard error only if they fail."""
        how = ["--config_file", self.accelerate] if self.accelerate else ["--cpu", "--num_processes", "1"]
        command = [sys.executable, "-m", "accelerate.commands.launch", *how, "-m", WORKER, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
        if done.returncode:
            raise RoundRefused(f"TRL ended with exit code {done.returncode}: {reason(done.stderr)}")


def reason(said: str) -> str:
    """What a worker said last: the end of the first traceback, since the launcher's own comes after it."""
    parts = said.split("Traceback (most recent call last):")
    lines = [line.strip() for line in parts[min(1, len(parts) - 1)].strip().splitlines() if line.strip()]
    return " / ".join(lines[-LAST_LINES:])


def plain(value: str) -> object:
    """A value as JSON has it, or the text itself."""
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def written(learner: Learner, folder: Path) -> None:
    """The policy as `transformers` reads it."""
    checkpoint = folder.with_suffix(".checkpoint")
    for made in (checkpoint, folder):
        made.mkdir()
    learner.save(checkpoint)
    export(checkpoint, folder)


def read_back(folder: Path) -> "Tiny":
    """The policy out of what TRL saved."""
    from headway.policy.tiny.export import from_transformers

    return from_transformers(folder)
