"""Training in several processes, one a processor or an accelerator."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from headway.attempts import Attempts
from headway.cast import Cast, Encoded, Learner, Policy
from headway.engine.process import environment
from headway.policy import load
from headway.stages import RoundRefused, require
from headway.train.fit import Fit

PLAN, ROWS, WORD, SAID = "plan.json", "rows.arrow", "word.json", "said.txt"
BEFORE, BASE, AFTER = "before", "base", "after"
"""Files and folders by which this process and those that train speak to each other."""
TORCHRUN, RAY = "torchrun", "ray"
"""Who may begin those that train."""


@dataclass(frozen=True)
class Parallel:
    """`fit`, of which every batch is shared by `processes` processes that the `launcher` begins (data parallel).

    `torchrun` begins them on this machine; `ray`, or `ray://HOST:PORT` for a cluster that runs, has Ray Train begin the
    same ones on as many nodes as it takes, which then must all see the disk that `folder` is on.

    With `sharded` they share out weights, gradients and the optimizer's memory as well (FSDP2), for a model that does
    not fit a process's accelerator whole. The same processes give the same bits; another number of them adds up
    gradients in another order. A process that ends takes the others with it, and so does this one. After `hours` they
    are ended.
    """

    fit: Fit = field(default_factory=Fit)
    processes: int = 2
    hours: float = 24.0
    sharded: bool = False
    launcher: str = TORCHRUN
    folder: str | None = None

    def __post_init__(self) -> None:
        require(self.processes >= 1, self, "processes", "a whole number of at least 1")
        require(self.hours > 0.0, self, "hours", "more than 0")
        known = self.launcher in (TORCHRUN, RAY) or self.launcher.startswith(f"{RAY}://")
        require(known, self, "launcher", "'torchrun', 'ray' or 'ray://HOST:PORT'")

    @property
    def roles(self) -> tuple[str, ...]:
        return self.fit.roles

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        """The cast with a new policy in the role; RoundRefused as `fit` does, RuntimeError where a process ended."""
        fit = self.fit
        learner = cast.learner(fit.base if fit.start == "base" else fit.role)
        rows = learner.encode(attempts.prompts, attempts["text"].to_list())
        with tempfile.TemporaryDirectory(prefix="headway-", dir=self.folder) as name:
            folder = Path(name)
            _save(learner, folder / BEFORE)
            if fit.reference:
                _save(cast.learner(fit.base), folder / BASE)
            write_rows(folder / ROWS, rows, attempts["weight"].to_numpy())
            plan = {"fit": asdict(fit), "processes": self.processes, "sharded": self.sharded, "seed": seed}
            (folder / PLAN).write_text(json.dumps(plan))
            self._launch(folder)
            word = json.loads((folder / WORD).read_text())
            if word["refused"] is not None:
                raise RoundRefused(word["refused"])
            trained = load(folder / AFTER)
        assert isinstance(trained, Learner)
        if fit.interpolate:
            trained = trained.interpolate(cast.learner(fit.base), fit.interpolate)
        return cast.replace(fit.role, trained)

    def _launch(self, folder: Path) -> None:
        command = [sys.executable, "-m", *self._launcher(), str(folder)]
        surroundings = {"OMP_NUM_THREADS": "1"} | environment()
        with (
            (folder / SAID).open("w") as said,
            # The end of their standard input is how they learn that this process is gone.
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said, env=surroundings) as began,
        ):
            try:
                began.wait(self.hours * 3600)
            except subprocess.TimeoutExpired:
                raise RuntimeError(f"training in {self.processes} processes took more than {self.hours:g} h") from None
        if began.returncode:
            raise RuntimeError(
                f"training in {self.processes} processes ended with code {began.returncode}; the last that was said: "
                f"{(folder / SAID).read_text()[-1500:]}"
            )

    def _launcher(self) -> list[str]:
        """The module that begins the processes, and what it is told before the folder."""
        if self.launcher != TORCHRUN:
            return ["headway.train.by_ray", self.launcher.removeprefix(RAY).removeprefix("://")]
        here = ["--rdzv-backend=c10d", "--rdzv-endpoint=127.0.0.1:0", "--local-addr=127.0.0.1"]
        return ["torch.distributed.run", *here, f"--nproc-per-node={self.processes}", "-m", "headway.train.sharing"]


def _save(policy: Policy, folder: Path) -> None:
    folder.mkdir()
    policy.save(folder)


def write_rows(path: Path, rows: Sequence[Encoded], weights: np.ndarray) -> None:
    """Rows and their weights, as one file of Arrow's."""
    columns = {"ids": [row.ids for row in rows], "prompt": [row.prompt for row in rows], "weight": weights}
    pl.DataFrame(columns, schema_overrides={"ids": pl.List(pl.Int64)}).write_ipc(path)


def read_rows(path: Path) -> tuple[list[Encoded], np.ndarray]:
    """What `write_rows` wrote."""
    frame = pl.read_ipc(path)
    rows = [Encoded(ids, prompt) for ids, prompt in frame.select("ids", "prompt").iter_rows()]
    return rows, frame["weight"].to_numpy()
