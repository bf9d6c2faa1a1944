"""verl: a `compute_score` that scores as yours does and records what it scored.

In a file of your own, named by `reward.custom_reward_function.path` (and `.name=compute_score`):

    from headway.hooks.verl import Watch
    compute_score = Watch(my_compute_score, folder="rollouts")

verl calls it once a rollout, from several processes, and does not say the step. A rollout's step is
`extra_info["global_steps"]` or `extra_info["step"]` where your dataset or reward manager gives one; otherwise it is the
number of the batch of `batch` rollouts that this process has seen.
"""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from headway.hooks.recording import Buffer, Recorder, plain

STEPS = ("global_steps", "global_step", "step")


class Watch:
    """A `compute_score` unchanged, and what it scored recorded `batch` rollouts at a time.

    `gold` has the same signature and says what is right; without it the field `acc` of a score that is a dict is
    taken. What is not a whole batch yet is written at the end of the process, by `flush`, or on leaving a `with`.
    """

    def __init__(
        self,
        compute_score: Callable[..., Any],
        folder: str | Path,
        *,
        gold: Callable[..., Any] | None = None,
        batch: int = 512,
    ) -> None:
        if inspect.iscoroutinefunction(compute_score):
            raise TypeError("compute_score is a coroutine function; give the function that it awaits")
        self.compute_score, self.gold = compute_score, gold
        self.buffer = Buffer(Recorder(Path(folder)), batch)

    def __call__(
        self,
        data_source: str,
        solution_str: str,
        ground_truth: Any,
        extra_info: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Any:
        """The score as your function returns it: a number, or a dict with `score`."""
        score = self.compute_score(data_source, solution_str, ground_truth, extra_info, **more)
        said = self.gold(data_source, solution_str, ground_truth, extra_info, **more) if self.gold else None
        info = extra_info or {}
        row = {
            "step": next((int(info[name]) for name in STEPS if name in info), None),
            "split": "eval" if info.get("split") in ("test", "val", "validation", "eval") else "train",
            "task": None if info.get("index") is None else f"{data_source}:{info['index']}",
            "prompt": plain(info["prompt"]) if "prompt" in info else None,
            "text": solution_str,
            "answer": str(score["pred"]) if isinstance(score, Mapping) and score.get("pred") is not None else None,
            "reward": number(score),
            "gold": number(said) if self.gold else _accuracy(score),
        }
        if row["task"] is None and row["prompt"] is None:
            row["task"] = f"{data_source}:{ground_truth}"  # the nearest thing to a group that verl tells here
        self.buffer.add(row)
        return score

    def flush(self) -> None:
        """Write what has been scored since the last file."""
        self.buffer.flush()

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, *raised: object) -> None:
        self.flush()


def number(score: Any) -> float | None:
    """The score of a rollout: a number as it is, of a dict its `score`, None for none."""
    if isinstance(score, Mapping):
        score = score.get("score")
    return None if score is None else float(score)


def _accuracy(score: Any) -> float | None:
    return float(score["acc"]) if isinstance(score, Mapping) and score.get("acc") is not None else None
