"""Several processes that train one policy: each has part of every batch, and all add up their gradients."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import distributed


@dataclass(frozen=True)
class Ranks:
    """This process among `size` that train together; the process group is torch's default one."""

    rank: int
    size: int

    @classmethod
    def joined(cls, expected: int) -> "Ranks":
        """This process in the group that its launcher describes; RuntimeError where that has another size.

        Some launchers begin one process where several were asked for, and say nothing.
        """
        accelerated = torch.accelerator.is_available()
        distributed.init_process_group("nccl" if accelerated else "gloo")
        found = distributed.get_world_size()
        if found != expected:
            raise RuntimeError(f"{expected} processes were to train together, and the launcher began {found}")
        return cls(distributed.get_rank(), found)

    def part(self, rows: int) -> slice:
        """Which of a batch's rows are this process's: neighbours, so that they are of much the same length."""
        return slice(self.rank * rows // self.size, (self.rank + 1) * rows // self.size)

    @torch.no_grad()
    def add_up(self, parameters: Iterable[torch.nn.Parameter], loss: float) -> float:
        """Let every process have the sum of all gradients; the sum of their losses."""
        listed = [one for one in parameters if one.requires_grad]
        for one in listed:
            if one.grad is None:  # no row of this process reached it
                one.grad = torch.zeros_like(one)
        flat = torch.cat([one.grad.flatten().float() for one in listed if one.grad is not None])
        whole = torch.cat([flat, flat.new_tensor([loss])])
        distributed.all_reduce(whole)
        start = 0
        for one in listed:
            assert one.grad is not None
            one.grad.copy_(whole[start : start + one.numel()].view_as(one))
            start += one.numel()
        return float(whole[-1])
