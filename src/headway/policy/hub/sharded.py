"""One model among several processes: each keeps its share of every weight (FSDP2, arXiv:2304.11277).

Layers are put together for as long as they compute. What an optimiser remembers is shared out with the weights.
"""

import torch
from torch import distributed
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard
from torch.distributed.tensor import DTensor
from torch.nn import Parameter

from headway.policy.device import device_here
from headway.policy.hub.body import Body, Weights


def shared_out(body: Body, weights: Weights) -> dict[str, Parameter]:
    """What training changes, of which this process has its share; frozen weights are shared out in place.

    Gradients are added up over the processes. The body answers nothing any more: its twin is given up, which would keep
    whole weights in memory.
    """
    model = body.put(weights)
    body.quick = model
    mesh = init_device_mesh(device_here().type, (distributed.get_world_size(),))
    layers = [module for module in model.modules() if type(module).__name__ in (model._no_split_modules or ())]
    for part in (*layers, model):
        fully_shard(part, mesh=mesh)
    for module in model.modules():
        if isinstance(module, FSDPModule):
            module.set_gradient_divide_factor(1.0)
            module.set_force_sum_reduction_for_comms(True)
    return {name: _worn(*spots[0]) for name, spots in body.places.items()}


def gathered(weights: Weights) -> dict[str, Parameter]:
    """Whole weights on the processor again, in every process; all of them must ask."""
    return {name: Parameter(_whole(one).cpu()) for name, one in weights.items()}


def _worn(module: torch.nn.Module, attribute: str) -> Parameter:
    worn = module._parameters[attribute]
    assert worn is not None
    return worn


def _whole(one: Parameter) -> torch.Tensor:
    return one.full_tensor().detach() if isinstance(one, DTensor) else one.detach()
