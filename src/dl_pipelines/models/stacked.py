"""Networks of one shape side by side as one: a step for all of them costs little more than one.

Shapes: B batch, M members, F features, O outputs.
"""

import copy
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.func import stack_module_state


class Stacked(nn.Module):
    """M networks whose parameters and buffers are stacked, [M, …] each.

    Each member sees inputs of its own, and nothing of the others. Dropout draws for each member.
    Their layers must take parameters with a leading dimension, as those of `models.layers` do.
    """

    def __init__(self, members: Sequence[nn.Module]) -> None:
        """Stack `members`: networks of one class with parameters of equal shapes."""
        super().__init__()
        self.net = copy.deepcopy(members[0])
        parameters, buffers = stack_module_state(list(members))
        stacked = {name: nn.Parameter(value.detach()) for name, value in parameters.items()}
        for name, value in (stacked | buffers).items():
            path, _, attribute = name.rpartition(".")
            setattr(self.net.get_submodule(path), attribute, value)

    def forward(self, x: Tensor) -> Tensor:
        """Call each member with its own inputs, [B, M, F] -> [B, M, O]."""
        y: Tensor = self.net(x.transpose(0, 1).contiguous())
        return y.transpose(0, 1)


def unstacked(state: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
    """The state_dict of each member, from the state_dict of their `Stacked`."""
    names = [name.removeprefix("net.") for name in state]
    members = zip(*(torch.unbind(value) for value in state.values()), strict=True)
    return [
        {name: value.clone() for name, value in zip(names, values, strict=True)}
        for values in members
    ]
