"""Networks that carry their scaling, so that they take and give plain units.

Shapes: B batch, T time (windows only), F features, O outputs.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Scaled(nn.Module):
    """A network between two scalings: standardises its input, de-standardises its output.

    Predictions may be kept within limits, such as the range of the targets that were learnt, as in
    RealMLP (Holzmüller et al. 2024). Scalings and limits are buffers, part of the state_dict; they
    start as the identity and infinity.
    """

    input_mean: Tensor
    input_scale: Tensor
    target_mean: Tensor
    target_scale: Tensor
    target_low: Tensor
    target_high: Tensor

    def __init__(self, net: nn.Module, *, features: int, outputs: int) -> None:
        """Wrap `net`, which maps [B, T, F] or [B, F] to [B, O] in standardised units.

        Args:
            net: The network.
            features: Inputs a day, or columns of a table, F.
            outputs: Numbers to predict, O.
        """
        super().__init__()
        self.net = net
        self.register_buffer("input_mean", torch.zeros(features))
        self.register_buffer("input_scale", torch.ones(features))
        self.register_buffer("target_mean", torch.zeros(outputs))
        self.register_buffer("target_scale", torch.ones(outputs))
        self.register_buffer("target_low", torch.full([outputs], -torch.inf))
        self.register_buffer("target_high", torch.full([outputs], torch.inf))

    def forward(self, x: Tensor) -> Tensor:
        """Predict from raw windows [B, T, F] or rows [B, F]: [B, O] in the target's units."""
        y: Tensor = self.net((x - self.input_mean) / self.input_scale)
        y = y * self.target_scale + self.target_mean
        return torch.clamp(y, self.target_low, self.target_high)


class Ensemble(nn.Module):
    """The mean of its members' outputs, or of their exponentials where they learnt logarithms."""

    def __init__(self, members: Sequence[nn.Module], *, log_target: bool = False) -> None:
        """Average networks.

        Args:
            members: Networks with inputs and outputs of the same shapes.
            log_target: Whether they give the logarithm of what is wanted.
        """
        super().__init__()
        self.members = nn.ModuleList(members)
        self.log_target = log_target

    def forward(self, x: Tensor) -> Tensor:
        """The mean for `x`, [B, T, F] or [B, F] -> [B, O], in the target's unit."""
        outputs = torch.stack([member(x) for member in self.members])
        return (outputs.exp() if self.log_target else outputs).mean(dim=0)
