"""One small policy, really trained, shared by every test that needs one."""

import os

import pytest
import torch
from hypothesis import settings

from headway.cast import Cast
from headway.domains import Puzzles
from headway.start import Pretrained

settings.register_profile("headway", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("headway")

EASY = Puzzles(numbers=3, largest=6)


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    os.environ["OMP_NUM_THREADS"] = "1"  # for processes that tests begin: with another number the bits are others
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def easy() -> Puzzles:
    """Puzzles small enough to be learned in seconds."""
    return EASY


@pytest.fixture(scope="session")
def cast() -> Cast:
    """A solver that gets about half of the easy puzzles right, and its base."""
    return Pretrained(EASY, gold=400, graded=200, epochs=25, batch=16, learning_rate=3e-3, width=32, layers=2)(seed=0)
