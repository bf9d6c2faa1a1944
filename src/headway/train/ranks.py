"""Several processes that train one policy: each has part of every batch, and all add up their gradients."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import torch
from torch import distributed
from torch.distributed.tensor import DTensor

from headway.cast import Learner, Shardable
from headway.policy.device import device_here


@dataclass(frozen=True)
class Ranks:
    """This process among `size` that train together; the process group is torch's default one."""

    rank: int
    size: int

    @classmethod
    def joined(cls, expected: int) -> Self:
        """This process in the group that its launcher describes; RuntimeError where that has another size.

        Some launchers begin one process where several were asked for, and say nothing.
        """
        if not distributed.is_initialized():  # Ray Train has done so
            distributed.init_process_group("nccl" if torch.accelerator.is_available() else "gloo")
        found = distributed.get_world_size()
        if found != expected:
            raise RuntimeError(f"{expected} processes were to train together, and the launcher began {found}")
        return cls(distributed.get_rank(), found)

    def part(self, rows: int) -> slice:
        """Which of a batch's rows are this process's: neighbours, so that they are of much the same length."""
        return slice(self.rank * rows // self.size, (self.rank + 1) * rows // self.size)

    def prepare(self, learner: Learner) -> None:
        """Before an optimizer is made."""

    def release(self, learner: Learner) -> None:
        """After the last step."""

    def idle(self, passes: int) -> int:
        """How many passes this process, which needs so many for a batch, has to go through with nothing to learn."""
        return 0

    def whole(self, norm: torch.Tensor) -> float:
        """The norm of all gradients, of which this process may have found a share."""
        return float(norm)

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


class Shares(Ranks):
    """Processes that have shared out the weights as well: gradients are added up where weights are put together.

    That takes all of them, so each goes through as many passes as the one that needs most.
    """

    def prepare(self, learner: Learner) -> None:
        """Keep a share of the weights; TypeError where that cannot be had."""
        if not isinstance(learner, Shardable):
            raise TypeError(f"the weights of {type(learner).__name__} cannot be shared out; train with sharded=False")
        learner.share_out()

    def release(self, learner: Learner) -> None:
        """Have whole weights again."""
        assert isinstance(learner, Shardable), "it was shared out"
        learner.gather()

    def idle(self, passes: int) -> int:
        """How many passes others need beyond this process's."""
        most = torch.tensor(passes, device=device_here())
        distributed.all_reduce(most, distributed.ReduceOp.MAX)
        return int(most) - passes

    def whole(self, norm: torch.Tensor) -> float:
        """The norm of all gradients, put together from all shares."""
        return float(norm.full_tensor() if isinstance(norm, DTensor) else norm)

    def add_up(self, parameters: Iterable[torch.nn.Parameter], loss: float) -> float:
        """The sum of the losses; gradients have been added up."""
        whole = torch.tensor(loss, dtype=torch.float64, device=device_here())
        distributed.all_reduce(whole)
        return float(whole)
