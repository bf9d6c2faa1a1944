"""Has Ray Train begin the processes that train: `python -m headway.train.by_ray ADDRESS FOLDER`, see `Parallel`.

A process of its own, so that whoever waits for it can stop waiting: Ray waits for ever for what it cannot place.
"""

import json
import os
import sys
import threading
from pathlib import Path

import ray  # pyright: ignore[reportMissingImports] - an extra
from ray.train import RunConfig, ScalingConfig  # pyright: ignore[reportMissingImports]
from ray.train.torch import TorchTrainer  # pyright: ignore[reportMissingImports]

from headway.engine.on_ray import connect
from headway.train.parallel import PLAN
from headway.train.sharing import end_with_driver, train


def main(address: str, folder: Path) -> None:
    """Begin them on the cluster at `address`, or on one of this machine where it is empty, and wait."""
    threading.Thread(target=end_with_driver, daemon=True).start()
    processes = json.loads((folder / PLAN).read_text())["processes"]
    connect(address or None, processes)
    there = ray.cluster_resources()
    accelerated = "GPU" in there
    found = int(there.get("GPU" if accelerated else "CPU", 0))
    if found < processes:
        unit = "accelerators" if accelerated else "processors"
        raise SystemExit(f"{processes} processes were to train together, and the Ray cluster has {found} {unit}")
    TorchTrainer(
        began,
        train_loop_config={"folder": str(folder)},
        scaling_config=ScalingConfig(num_workers=processes, use_gpu=accelerated),
        run_config=RunConfig(name="train", storage_path=str(folder / "ray")),
    ).fit()


def began(config: dict[str, str]) -> None:
    """What each process does."""
    train(Path(config["folder"]))


if __name__ == "__main__":
    os.environ["RAY_TRAIN_V2_ENABLED"] = "1"
    main(sys.argv[1], Path(sys.argv[2]))
