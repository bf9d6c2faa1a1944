"""What every engine must come to: the run as this process alone makes it."""

from collections.abc import Iterator

import pytest
from small_loop import finish

from headway.engine.nursery import Nursery
from headway.engine.pool import nursery_for
from headway.journal import run_hash
from headway.seams import carry_out


@pytest.fixture(scope="session")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The hash of the run without any engine."""
    folder = tmp_path_factory.mktemp("alone") / "run"
    finish(folder)
    return run_hash(folder)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Workers that have loaded torch, for several tests: loading it is most of what a short run costs."""
    made = nursery_for(carry_out)
    yield made
    made.close()


@pytest.fixture(scope="session")
def ray_here() -> Iterator[None]:
    """A Ray cluster of this machine with room for three workers."""
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'headway[ray]'")
    from headway.engine.on_ray import connect

    connect(None, 3)
    yield
    ray.shutdown()
