"""A run folder for every test: made once, because making one syncs the disk at every step, and then copied."""

import shutil

import pytest
from made_run import run


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory):
    """The run that is copied; nobody writes to it."""
    return run(tmp_path_factory.mktemp("finished") / "run")


@pytest.fixture
def run_folder(finished_run, tmp_path):
    """A run folder of this test's own."""
    return shutil.copytree(finished_run, tmp_path / "run", symlinks=True)
