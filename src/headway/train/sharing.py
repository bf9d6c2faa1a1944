"""What each of several training processes does: `torchrun ... -m headway.train.sharing FOLDER`, see `Parallel`."""

import json
import os
import sys
import threading
from pathlib import Path

import torch
from torch import distributed
from torch.distributed.elastic.multiprocessing.errors import record

from headway.cast import Learner
from headway.policy import load
from headway.stages import RoundRefused
from headway.train.fit import Fit
from headway.train.parallel import AFTER, BASE, BEFORE, PLAN, ROWS, WORD, read_rows
from headway.train.ranks import Ranks, Shares


@record
def main(folder: Path) -> None:
    """What torchrun begins: train with the others, and end with the driver; whoever fails says why."""
    threading.Thread(target=end_with_driver, daemon=True).start()
    train(folder)
    distributed.destroy_process_group()


def train(folder: Path) -> None:
    """Train with the others; the first process writes what came of it."""
    if torch.accelerator.is_available():
        torch.accelerator.set_device_index(int(os.environ["LOCAL_RANK"]))
    plan = json.loads((folder / PLAN).read_text())
    ranks = (Shares if plan["sharded"] else Ranks).joined(plan["processes"])
    learner = load(folder / BEFORE, workers=0, aside=plan["sharded"])
    base = load(folder / BASE, workers=0, aside=plan["sharded"]) if (folder / BASE).is_dir() else None
    assert isinstance(learner, Learner) and (base is None or isinstance(base, Learner))
    rows, weights = read_rows(folder / ROWS)
    refused = None
    try:
        Fit(**plan["fit"]).train(learner, rows, weights, plan["seed"], base, ranks)
    except RoundRefused as reason:  # every process has the same sum, so all refuse together
        refused = str(reason)
    ranks.release(learner)
    if ranks.rank == 0:
        (folder / AFTER).mkdir()
        learner.save(folder / AFTER)
        (folder / WORD).write_text(json.dumps({"refused": refused}))


def end_with_driver() -> None:
    """The driver holds the other end of standard input, and never writes."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
