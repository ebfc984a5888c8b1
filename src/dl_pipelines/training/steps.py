"""Steps of the training loop: what happens to one batch."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn, optim

from dl_pipelines.data.batches import Batch
from dl_pipelines.training.loop import Step
from dl_pipelines.training.losses import LossFunction

if TYPE_CHECKING:
    from accelerate import Accelerator


def supervised_step(
    model: nn.Module,
    optimizer: optim.Optimizer,
    loss_function: LossFunction,
    accelerator: "Accelerator",
) -> Step:
    """Learn targets from inputs.

    Args:
        model: Maps the inputs to outputs of the targets' shape; prepared by `accelerator`.
        optimizer: Updates the model's weights.
        loss_function: Of outputs and targets.
        accelerator: Does the backward pass.

    Returns:
        A step for batches (inputs, targets) that reports `loss`.
    """
    backward = _backward(accelerator, optimizer)

    def step(batch: Batch, on_backward_end: Callable[[nn.Module], None]) -> Mapping[str, Tensor]:
        inputs, targets = batch
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        backward(loss)
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
