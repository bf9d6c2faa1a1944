"""Where a model computes."""

import torch


def device_here() -> torch.device:
    """The accelerator of this machine, or its processor."""
    found = torch.accelerator.current_accelerator(check_available=True)
    return found if found is not None else torch.device("cpu")
