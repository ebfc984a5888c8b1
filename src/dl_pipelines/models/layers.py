"""Layers that torch lacks, or has for one network only.

The parameters of `Linear` and `BatchNorm1d` may have a leading dimension: one network each, all in
one call. With parameters as torch's own layers have them they are those. With parameters [M, …]
they map [M, B, I] to [M, B, O], each network its own rows; on small networks that is about twice as
fast as `torch.func.vmap` over torch's layers.

Shapes: M networks, B batch, I and O inputs and outputs.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Linear(nn.Linear):
    """A linear layer, or M of them."""

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, I] to [B, O], or [M, B, I] to [M, B, O]."""
        if self.weight.dim() == 2:  # noqa: PLR2004  [O, I]
            return super().forward(x)
        return torch.baddbmm(self.bias[:, None], x, self.weight.mT)


class BatchNorm1d(nn.BatchNorm1d):
    """Batch normalisation (Ioffe and Szegedy 2015) of one network, or of each of M."""

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the units of [B, O], or of [M, B, O], over the batch."""
        if self.weight.dim() == 1:
            return super().forward(x)
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
        units = x.transpose(0, 1)  # [B, M, O]: to torch, M · O units of one network
        mean, variance = self.running_mean, self.running_var
        y = functional.batch_norm(
            units.flatten(1),
            None if mean is None else mean.view(-1),
            None if variance is None else variance.view(-1),
            self.weight.view(-1),
            self.bias.view(-1),
            training=self.training,
            momentum=self.momentum or 0.0,
            eps=self.eps,
        )
        return y.view_as(units).transpose(0, 1)


class GaussianNoise(nn.Module):
    """Normal noise on every unit while the network learns (Sietsma and Dow 1991)."""

    def __init__(self, sd: float) -> None:
        """Set the standard deviation, in units of what the layer is given."""
        super().__init__()
        self.sd = sd

    def forward(self, x: Tensor) -> Tensor:
        """Add noise in training; return `x` itself in evaluation."""
        return x + self.sd * torch.randn_like(x) if self.training else x

    def extra_repr(self) -> str:
        """The setting, for the model's text."""
        return f"sd={self.sd}"
