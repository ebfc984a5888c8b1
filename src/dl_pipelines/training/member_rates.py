"""A learning rate for each of the networks that are stacked as one."""

import torch
from torch import Tensor, optim


class MemberRates:
    """Steps of torch's optimizers, each member of a stack with a rate of its own.

    The step of every optimizer of `training.optimizers` is proportional to its learning rate, the
    weight decay of AdamW included, and what the optimizer remembers does not depend on it. So it
    makes a step with rate 1, of which each member takes its multiple.
    """

    def __init__(self, optimizer: optim.Optimizer, rates: Tensor) -> None:
        """Wrap an optimizer.

        Args:
            optimizer: Built with a rate of 1; its parameters are stacked, [M, …] each.
            rates: Learning rate of each member, [M], where the parameters are.
        """
        self._optimizer = optimizer
        groups = optimizer.param_groups
        self._parameters = [parameter for group in groups for parameter in group["params"]]
        self._rates = [rates.to(p).view(-1, *[1] * (p.dim() - 1)) for p in self._parameters]

    def zero_grad(self) -> None:
        """Forget the gradients."""
        self._optimizer.zero_grad()

    @torch.no_grad()
    def step(self) -> None:
        """Update each member at its own rate."""
        before = [parameter.clone() for parameter in self._parameters]
        self._optimizer.step()
        for parameter, old, rate in zip(self._parameters, before, self._rates, strict=True):
            parameter.copy_(old.lerp_(parameter, rate))
