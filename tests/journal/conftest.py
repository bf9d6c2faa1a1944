"""An untouched run, and what every other one must come to."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from faults import Watched
from small_run import contents, finish


@pytest.fixture(scope="session")
def memory() -> Iterator[Path]:
    """A folder in memory where there is one: some tests write ten thousand files, and none needs a disk for them."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def scratch(memory: Path) -> Iterator[Path]:
    """An empty folder for one test, in memory."""
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nothing happened to; not to be written."""
    folder = tmp_path_factory.mktemp("untouched") / "run"
    finish(folder, Watched())
    return folder


@pytest.fixture(scope="session")
def expected(untouched: Path) -> dict[str, bytes | str]:
    """Every file of that run by its name."""
    return contents(untouched)
