"""TRL: record every rollout that a reward function sees, and keep checkpoints by gold and coverage.

Two lines of a TRL script change:

    watch = Watch(reward_len, folder="rollouts", gold=is_right)
    trainer = GRPOTrainer(model=..., reward_funcs=watch, callbacks=[KeepBest(watch)], ...)

Only TRL's public arguments of reward functions are used. TRL's own completion files keep the last batch of a
step only; what is recorded here is every batch, each once.
"""

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from headway.hooks.recording import Recorder, plain, written
from headway.hooks.standing import Standing, by_prompt

Rewards = list[float | None]
Reward = Callable[..., Rewards]


class Watch:
    """A reward function of TRL, unchanged, with every rollout recorded in `folder`.

    `gold` is a second function of the same signature that says what is right (1.0, 0.0, None where it cannot
    tell); it is recorded and logged, and nothing is trained on it. `answer` reads the answer out of a completion's
    text. `max_tokens` is the length at which the trainer cuts, so that cut attempts are known. The dataset's columns
    `task` and `split`, where it has them, name the group and say `eval`. Logged beside the reward:
    `headway/gold`, `headway/coverage`, `headway/distinct_right`, `headway/same_answer`.
    """

    def __init__(
        self,
        reward: Reward,
        folder: str | Path,
        *,
        gold: Reward | None = None,
        answer: Callable[[str], str | None] | None = None,
        max_tokens: int | None = None,
    ) -> None:
        if inspect.iscoroutinefunction(reward) or inspect.iscoroutinefunction(type(reward).__call__):
            raise TypeError(f"{_name(reward)} is a coroutine function; wrap it in WatchAsync instead of Watch")
        self.reward, self.gold, self.answer, self.max_tokens = reward, gold, answer, max_tokens
        self.recorder = Recorder(Path(folder))
        self.__name__ = _name(reward)  # TRL logs the reward under this name
        self.since_checkpoint: list[Any] = []
        """Rows by prompt of training rollouts since the last checkpoint; `KeepBest` reads and empties it."""

    def __call__(self, prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> Rewards:
        """What the reward function returns, as it returns it."""
        rewards = self.reward(prompts=prompts, completions=completions, **columns)
        self.record(prompts, completions, rewards, columns)
        return rewards

    def record(
        self, prompts: Sequence[Any], completions: Sequence[Any], rewards: Sequence[float | None], columns: Mapping
    ) -> None:
        """Write one batch down and log how it stands."""
        texts = [written(completion) for completion in completions]
        golds = self.gold(prompts=prompts, completions=completions, **columns) if self.gold else [None] * len(texts)
        tokens = [len(ids) for ids in columns["completion_ids"]] if columns.get("completion_ids") is not None else None
        made = {
            "prompt": [plain(prompt) for prompt in prompts],
            "text": texts,
            "reward": list(rewards),
            "gold": list(golds),
            **({"answer": [self.answer(text) for text in texts]} if self.answer else {}),
            **({"tokens": tokens} if tokens is not None else {}),
            **{name: list(map(str, columns[name])) for name in ("task", "split") if name in columns},
        }
        if tokens is not None and self.max_tokens is not None:
            made["finish"] = ["length" if count >= self.max_tokens else "stop" for count in tokens]
        frame = self.recorder.write(int(columns["trainer_state"].global_step), made)
        rows = by_prompt(frame)
        if (frame["split"] == "train").all():
            self.since_checkpoint.append(rows)
        for name in rows.columns[1:]:
            known = rows[name].drop_nulls().to_numpy()
            if known.size:
                columns["log_metric"](f"headway/{name}", float(known.mean()))


class WatchAsync(Watch):
    """`Watch` for a reward function that is a coroutine function, such as a judge behind a network."""

    def __init__(self, reward: Callable[..., Awaitable[Rewards]], folder: str | Path, **options: Any) -> None:
        async def awaited(**columns: Any) -> Rewards:
            return await reward(**columns)

        super().__init__(lambda **columns: [], folder, **options)
        self.awaited, self.__name__ = awaited, _name(reward)

    async def __call__(self, prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> Rewards:  # type: ignore[override]
        rewards = await self.awaited(prompts=prompts, completions=completions, **columns)
        self.record(prompts, completions, rewards, columns)
        return rewards


class KeepBest(TrainerCallback):
    """At every checkpoint: is it the best by gold and coverage, and have they fallen so far that training should end?

    The best checkpoint is named in `headway-best.json` in the output folder and set as the trainer's best, so that
    a limit on saved checkpoints does not delete it. With `stop`, training ends once gold or coverage is shown to
    have fallen more than `margin` behind the best window.
    """

    def __init__(self, watch: Watch, *, margin: float = 0.05, alpha: float = 0.05, stop: bool = False) -> None:
        if watch.gold is None:
            raise ValueError("KeepBest judges by gold, and this Watch has none; give Watch(..., gold=a function)")
        self.watch, self.stop = watch, stop
        self.standing = Standing(margin, alpha)
        self.checkpoints: list[str] = []

    @property
    def best(self) -> str | None:
        """The folder of the best checkpoint so far."""
        return self.checkpoints[self.standing.best] if self.checkpoints else None

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """The rollouts since the last checkpoint judge this one."""
        if not self.watch.since_checkpoint:
            return control
        self.standing.add(self.watch.since_checkpoint)
        self.watch.since_checkpoint = []
        output = Path(args.output_dir or ".")
        self.checkpoints.append(str(output / f"checkpoint-{state.global_step}"))
        state.best_model_checkpoint = self.best
        _write(output / "headway-best.json", {"best": self.best, "windows": self._described()})
        if self.stop and self.standing.fallen():
            control.should_training_stop = True
        return control

    def _described(self) -> list[dict[str, Any]]:
        pairs = zip(self.checkpoints, self.standing.windows, strict=True)
        return [
            {
                "checkpoint": name,
                "gold": float(one.gold.mean()),
                "coverage": float(one.coverage.mean()),
                "n": len(one.gold),
            }
            for name, one in pairs
        ]


def _name(reward: Any) -> str:
    return reward.__name__ if inspect.isfunction(reward) else type(reward).__name__


def _write(path: Path, content: Mapping[str, Any]) -> None:
    partial = path.with_name(f".{path.name}")
    partial.write_text(json.dumps(content, indent=1))
    partial.rename(path)
