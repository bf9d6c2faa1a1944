"""Training in two processes: the same mathematics as in one, and the same bits every time."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import torch

from headway.attempts import Attempts
from headway.cast import Cast
from headway.policy.hub import Hub, Lora
from headway.policy.tiny import Tiny
from headway.train import Fit, Parallel
from headway.train.ranks import Ranks, Shares

pytestmark = pytest.mark.slow


def kept() -> Attempts:
    texts = [f"{left} + {right} = {left + right}" for left in range(5) for right in range(5)]
    rows = [{"task": text, "domain": "sums", "level": 1, "prompt": text[:5], "text": text[5:]} for text in texts]
    frame = pl.DataFrame(rows).with_columns(id=pl.col("task"), author=pl.lit("solver"))
    return Attempts(frame).weighing(np.linspace(0.5, 1.5, len(rows)))


def test_two_processes_train_as_one_does(made: Callable[..., Hub]) -> None:
    cast = Cast({"solver": made(workers=0)})
    fit = Fit(epochs=2, batch=7, learning_rate=1e-2)
    alone = fit(cast, kept(), 3)["solver"]
    shared, again = (Parallel(fit, processes=2)(cast, kept(), 3)["solver"] for _ in range(2))
    assert shared.digest() == again.digest() != cast["solver"].digest()
    for mine, theirs in zip(alone.parameters(), shared.parameters(), strict=True):  # type: ignore[attr-defined]
        torch.testing.assert_close(mine, theirs, atol=2e-3, rtol=1e-2)


@pytest.mark.parametrize("lora", [Lora(4), None])
def test_processes_that_share_out_the_weights_train_as_one_does(made: Callable[..., Hub], lora: Lora | None) -> None:
    cast = Cast({"solver": made(workers=0, lora=lora), "base": made(workers=0, lora=lora)})
    fit = Fit(epochs=2, batch=8, learning_rate=1e-3, reference=0.1)  # the last batch has a row for one process only
    alone = fit(cast, kept(), 3)["solver"]
    shared, again = (Parallel(fit, processes=2, sharded=True)(cast, kept(), 3)["solver"] for _ in range(2))
    assert shared.digest() == again.digest() != cast["solver"].digest()
    for mine, theirs in zip(alone.parameters(), shared.parameters(), strict=True):  # type: ignore[attr-defined]
        torch.testing.assert_close(mine, theirs, atol=2e-3, rtol=1e-2)


def test_ray_train_begins_the_same_processes(made: Callable[..., Hub]) -> None:
    pytest.importorskip("ray.train", reason="Ray Train is not installed: pip install 'headway[ray]'")
    cast = Cast({"solver": made(workers=0)})
    by_torchrun = Parallel(Fit(epochs=1, batch=7), processes=2)
    by_ray = replace(by_torchrun, launcher="ray", hours=0.2)
    assert by_ray(cast, kept(), 3)["solver"].digest() == by_torchrun(cast, kept(), 3)["solver"].digest()


def test_weights_that_cannot_be_shared_out_are_refused() -> None:
    with pytest.raises(TypeError, match="the weights of Tiny cannot be shared out; train with sharded=False"):
        Shares(0, 2).prepare(Tiny.create("ab", seed=0))


def test_a_launcher_that_begins_too_few_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("RANK", "0"), ("WORLD_SIZE", "1"), ("MASTER_ADDR", "127.0.0.1"), ("MASTER_PORT", "0")):
        monkeypatch.setenv(name, value)
    with pytest.raises(RuntimeError, match="2 processes were to train together, and the launcher began 1"):
        Ranks.joined(2)
    torch.distributed.destroy_process_group()


def test_every_row_belongs_to_one_process() -> None:
    for size in (1, 2, 3, 8):
        for rows in (1, 2, 7, 64):
            parts = [Ranks(rank, size).part(rows) for rank in range(size)]
            assert [index for part in parts for index in range(rows)[part]] == list(range(rows))
