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

Augment = Callable[[Tensor], Tensor]

_VALIDATION_BATCH = 1024


def supervised_step(
    model: nn.Module,
    optimizer: optim.Optimizer,
    loss_function: LossFunction,
    accelerator: "Accelerator",
    *,
    members: int = 1,
    augment: Augment | None = None,
) -> Step:
    """Learn targets from inputs.

    Args:
        model: Maps the inputs to outputs, as the loss takes them; prepared by `accelerator`.
        optimizer: Updates the model's weights.
        loss_function: Of outputs and targets.
        accelerator: Does the backward pass.
        members: Networks that `model` stacks. The gradient is that of the sum of their losses, so
            that each gets the one it would get alone.
        augment: Changes the inputs at random, a batch at a time, without changing what they mean.

    Returns:
        A step for batches (inputs, targets) that reports `loss`.
    """
    backward = backward_pass(accelerator, optimizer)

    def step(batch: Batch, on_backward_end: Callable[[nn.Module], None]) -> Mapping[str, Tensor]:
        inputs, targets = batch
        if augment is not None:
            inputs = augment(inputs)
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        backward(loss if members == 1 else members * loss)
        on_backward_end(model)
        optimizer.step()
        return {"loss": loss.detach()}

    return step


def backward_pass(
    accelerator: "Accelerator", optimizer: optim.Optimizer
) -> Callable[[Tensor], None]:
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
        `loss`, the mean over all known targets, and of labels the `accuracy`, a fraction.
    """
    model.eval()
    labelled = not tensors[1].is_floating_point()
    total, right, count = 0.0, 0, 0
    for inputs, targets in zip(*(torch.split(t, _VALIDATION_BATCH) for t in tensors), strict=True):
        known = ~targets.isnan()
        outputs, labels = model(inputs)[known], targets[known]
        total += loss_function(outputs, labels).item() * len(labels)
        right += int((outputs.argmax(dim=-1) == labels).sum()) if labelled else 0
        count += len(labels)
    return {"loss": total / count} | ({"accuracy": right / count} if labelled else {})
