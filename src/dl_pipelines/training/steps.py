"""Steps of the training loop: what happens to one batch, and validation between them."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn, optim

from dl_pipelines.data.batches import Batch
from dl_pipelines.training.loop import Step
from dl_pipelines.training.losses import LossFunction

if TYPE_CHECKING:
    from accelerate import Accelerator

_VALIDATION_BATCH = 1024


def supervised_step(
    model: nn.Module,
    optimizer: optim.Optimizer,
    loss_function: LossFunction,
    accelerator: "Accelerator",
    *,
    members: int = 1,
) -> Step:
    """Learn targets from inputs.

    Args:
        model: Maps the inputs to outputs that the targets' shape expands to, as where several
            heads learn the same target; prepared by `accelerator`.
        optimizer: Updates the model's weights.
        loss_function: Of outputs and targets.
        accelerator: Does the backward pass.
        members: Networks that `model` stacks. The gradient is that of the sum of their losses, so
            that each gets the one it would get alone.

    Returns:
        A step for batches (inputs, targets) that reports `loss`.
    """
    backward = _backward(accelerator, optimizer)

    def step(batch: Batch, on_backward_end: Callable[[nn.Module], None]) -> Mapping[str, Tensor]:
        inputs, targets = batch
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = loss_function(outputs, targets.expand_as(outputs))
        backward(loss if members == 1 else members * loss)
        on_backward_end(model)
        optimizer.step()
        return {"loss": loss.detach()}

    return step


def _backward(accelerator: "Accelerator", optimizer: optim.Optimizer) -> Callable[[Tensor], None]:
    """A backward pass that leaves true gradients behind, also under fp16's loss scaling."""
    if accelerator.scaler is None:
        # Accelerate would only divide by one: 4 % of a step with a batch of 20
        return torch.autograd.backward

    def backward(loss: Tensor) -> None:
        accelerator.backward(loss)
        accelerator.unscale_gradients(optimizer)

    return backward


@torch.no_grad()
def mean_loss(
    model: nn.Module, loss_function: LossFunction, tensors: Sequence[Tensor]
) -> dict[str, float]:
    """Validate a model: its loss in evaluation mode.

    Args:
        model: Maps inputs to outputs of the targets' shape.
        loss_function: Of outputs and targets.
        tensors: Inputs and targets, [N, …] each; targets that are NaN are left out.

    Returns:
        `loss`, the mean over all known targets.
    """
    model.eval()
    total, count = 0.0, 0
    for inputs, targets in zip(*(torch.split(t, _VALIDATION_BATCH) for t in tensors), strict=True):
        known = ~targets.isnan()
        labels = targets[known]
        total += loss_function(model(inputs)[known], labels).item() * len(labels)
        count += len(labels)
    return {"loss": total / count}
