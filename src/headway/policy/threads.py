"""How many threads torch uses in this process."""

import os

import torch


def one_thread_unless_told() -> None:
    """One thread, which is the fastest for a small model and the same bits everywhere; OMP_NUM_THREADS goes before."""
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(1)
