"""Engines by their names on the command line."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headway.engine import Engine, Files, Inline, Leases, Needs, Pool, Results, Scheduler, Store
from headway.engine.files import OBJECTS
from headway.engine.scheduler import STARVED
from headway.seams.carrier import Carrier
from headway.seams.carrying import carry_out

ENGINES = ("inline", "pool", "files", "ray", "ray://HOST:PORT")
WAITED = 7 * 24 * 3600.0
"""Seconds without any worker that a batch system may take to begin one."""
RESULTS = "results"


@contextmanager
def engine_named(  # noqa: PLR0913  all that an engine is told
    name: str,
    folder: Path,
    workers: int,
    *,
    leases: Leases | None = None,
    needs: Needs | None = None,
    trains: bool = True,
    ahead: bool = False,
) -> Iterator[Carrier]:
    """The engine of this name with `workers` workers, each given what it `needs` by a cluster; they end with it.

    `folder` is where its objects are while a run needs them; what is found there of an earlier driver is used.
    ValueError for an engine that there is not.
    """
    engine = _begun(name, folder, workers, needs)
    try:
        starved = WAITED if isinstance(engine, Files) else STARVED
        scheduler = Scheduler(engine, Results(folder / RESULTS), leases=leases, starved=starved)
        yield Carrier(scheduler, trains=trains, ahead=ahead)
    finally:
        engine.close()
    shutil.rmtree(folder, ignore_errors=True)  # where it ended in an error, the next driver finds what was done


def _begun(name: str, folder: Path, workers: int, needs: Needs | None) -> Engine:
    store = Store(folder / OBJECTS)
    if name == "inline":
        return Inline(carry_out, store)
    if name == "pool":
        return Pool(carry_out, store, workers)
    if name == "files":
        return Files(folder)
    if name == "ray" or name.startswith("ray://"):
        return _on_ray(name, store, workers, needs)
    raise ValueError(f"there is no engine {name!r}; name one of {', '.join(ENGINES)}")


def _on_ray(name: str, store: Store, workers: int, needs: Needs | None) -> Engine:
    try:
        from headway.engine.on_ray import OnRay
    except ImportError:
        raise ValueError(f"--engine {name} needs Ray, which is not installed: pip install 'headway[ray]'") from None
    address = None if name == "ray" else name.removeprefix("ray://")
    return OnRay(carry_out, store, workers, address=address, needs=needs)
