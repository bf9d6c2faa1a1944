"""What every engine must come to: the run as this process alone makes it."""

import pytest
from small_loop import finish

from headway.journal import run_hash


@pytest.fixture(scope="session")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The hash of the run without any engine."""
    folder = tmp_path_factory.mktemp("alone") / "run"
    finish(folder)
    return run_hash(folder)
