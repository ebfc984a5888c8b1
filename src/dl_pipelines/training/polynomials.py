"""One linear layer learns a random polynomial (second tutorial).

Shapes: B batch, D degree.
"""

import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from dl_pipelines.errors import SettingError
from dl_pipelines.training.seeds import seed_everything

_FRESH = 10_000  # points that the learned function is judged on


@dataclass(frozen=True)
class LearnedPolynomial:
    """A polynomial and what was learned of it; coefficients are the constant's first, D + 1.

    Attributes:
        actual: Its coefficients.
        learned: Those of the linear layer.
        losses: Smooth-L1 loss of each step's batch.
        fresh_loss: The same on 10,000 points that were drawn for nothing else.
        seconds: Wall time of the steps.
    """

    actual: list[float]
    learned: list[float]
    losses: list[float]
    fresh_loss: float
    seconds: float


def powers(x: Tensor, degree: int) -> Tensor:
    """x, x², … as columns: [B] to [B, D]."""
    return torch.stack([x**power for power in range(1, degree + 1)], dim=1)


def learn_polynomial(
    *,
    degree: int,
    spread: float,
    batch_size: int,
    lr: float,
    target: float,
    max_steps: int,
    seed: int,
) -> LearnedPolynomial:
    """Learn a random polynomial from fresh points by plain gradient steps.

    As in the tutorial: float32, and the step of the last batch is taken too.

    Args:
        degree: D.
        spread: Standard deviation of the coefficients, which are normal around 0.
        batch_size: Standard normal points of a step, B.
        lr: Learning rate.
        target: Training ends with the first batch whose smooth-L1 loss is smaller.
        max_steps: Batches at most.
        seed: Seed of the coefficients, the first weights and the points.

    Raises:
        SettingError: If no batch has reached the target.
    """
    with seed_everything(seed):
        actual, layer = spread * torch.randn(degree + 1), nn.Linear(degree, 1)
        start = time.perf_counter()
        losses: list[float] = []
        while not losses or (losses[-1] >= target and len(losses) < max_steps):
            losses.append(_learn_batch(layer, actual, batch_size, lr))
        seconds = time.perf_counter() - start
        with torch.no_grad():
            fresh_loss = _loss(layer, actual, _FRESH).item()
    if not losses[-1] < target:  # nor is NaN
        longer = f", raise 'curve_fit.polynomial.max_steps' ({max_steps:,})"
        raise SettingError(
            f"no batch of {len(losses):,} had a smooth-L1 loss below 'curve_fit.polynomial.target' "
            f"({target:g}), the last one had {losses[-1]:.3g}: lower 'curve_fit.polynomial.lr' "
            f"({lr:g}){longer if len(losses) == max_steps else ''} or raise the target."
        )
    learned = torch.cat([layer.bias, layer.weight[0]])
    return LearnedPolynomial(actual.tolist(), learned.tolist(), losses, fresh_loss, seconds)


def _learn_batch(layer: nn.Linear, actual: Tensor, batch_size: int, lr: float) -> float:
    """One plain gradient step; the loss before it."""
    loss, weights = _loss(layer, actual, batch_size), [*layer.parameters()]
    gradients = torch.autograd.grad(loss, weights)
    with torch.no_grad():
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.sub_(lr * gradient)
    return loss.item()


def _loss(layer: nn.Linear, actual: Tensor, points: int) -> Tensor:
    """The smooth-L1 loss of the layer on points that are drawn for it."""
    x = powers(torch.randn(points), degree=layer.in_features)  # [B, D]
    return functional.smooth_l1_loss(layer(x)[:, 0], actual[0] + x @ actual[1:])
