"""What a round costs outside the model: proposing, judging, selecting, measuring, ruling and recording.

The guarded preset at 10,000 attempts a round, in a run folder on disk. The model's own work is sampling, training and
the verdicts it is asked for; the second row counts its verdicts with the engine's work, which is stricter.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from bench.rows import Row
from headway.cast import Cast
from headway.domains import Puzzles
from headway.experiment import changed, recorded
from headway.policy.tiny import Tiny
from headway.presets import guarded
from headway.train import Fit

TASKS = 625
ATTEMPTS = 16


@dataclass
class Clock:
    """Seconds spent under each name."""

    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, call: Callable[[], Any]) -> Any:
        """The result of `call`, its time added under `name`."""
        start = time.perf_counter()
        result = call()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        return result


CLOCK = Clock()


class ClockedTiny(Tiny):
    """A tiny policy that notes how long it samples and gives verdicts."""

    def sample(self, *arguments: Any, **options: Any) -> Any:
        return CLOCK.timed("sampling", lambda: super(ClockedTiny, self).sample(*arguments, **options))

    def verdict(self, *arguments: Any) -> Any:
        return CLOCK.timed("verdicts", lambda: super(ClockedTiny, self).verdict(*arguments))


@dataclass(frozen=True)
class ClockedFit(Fit):
    """The training stage, which notes how long it takes; turning texts into ids is part of it."""

    def __call__(self, *arguments: Any) -> Any:
        return CLOCK.timed("training", lambda: super(ClockedFit, self).__call__(*arguments))


def measure() -> list[Row]:
    """The model's seconds for each second of everything else; 19 to 1 is the twentieth that is allowed."""
    torch.set_num_threads(1)
    start = {"rounds": 3, "propose.tasks": TASKS, "sample.attempts": ATTEMPTS}
    experiment = changed(guarded(Puzzles()), start)
    made = experiment.start(0)["solver"]
    policy = ClockedTiny(made.network, made.vocabulary)  # type: ignore[attr-defined]
    experiment = replace(experiment, loop=replace(experiment.loop, train=ClockedFit(epochs=2)))
    with tempfile.TemporaryDirectory() as folder:
        turns = recorded(experiment, Path(folder) / "run", Cast({"solver": policy, "base": policy}))
        for turn in turns:
            if turn.index == 2 and turn.ruling is not None:  # by then everything that is loaded once is loaded
                break
        CLOCK.seconds.clear()
        began = time.perf_counter()
        for turn in turns:
            if turn.index == 3 and turn.ruling is not None:
                break
        whole = time.perf_counter() - began
        turns.close()
    spent = {name: CLOCK.seconds.get(name, 0.0) for name in ("sampling", "training", "verdicts")}
    outside = whole - sum(spent.values())
    note = f"{whole:.1f} s a round: " + ", ".join(f"{name} {value:.2f} s" for name, value in spent.items())
    stricter = outside + spent["verdicts"]
    return [
        Row(
            "a round of 10,000 attempts: the model beside the rest",
            whole - outside,
            outside,
            "s",
            19.0,
            f"{outside / whole:.1%} of the round; {note}",
        ),
        Row(
            "the same, the model's verdicts counted with the rest",
            whole - stricter,
            stricter,
            "s",
            19.0,
            f"{stricter / whole:.1%} of the round",
        ),
    ]
