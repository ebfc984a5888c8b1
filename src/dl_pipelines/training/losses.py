"""Training losses: functions of outputs and targets, to a scalar.

Targets are numbers, whose shape expands to that of the outputs where several heads learn the same
one, or labels [B] (int64) of outputs [B, classes].
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from dl_pipelines.errors import SettingError

LossFunction = Callable[[Tensor, Tensor], Tensor]


def pinball(output: Tensor, target: Tensor, *, quantile: float) -> Tensor:
    """Quantile loss (Koenker and Bassett 1978): its minimum is the quantile of the target."""
    error = target - output
    return torch.maximum(quantile * error, (quantile - 1) * error).mean()


def _of_numbers(loss: LossFunction) -> LossFunction:
    return lambda output, target: loss(output, target.expand_as(output))


LOSSES: dict[str, Callable[..., LossFunction]] = {
    "mse": lambda **_: _of_numbers(functional.mse_loss),
    "mae": lambda **_: _of_numbers(functional.l1_loss),
    "huber": lambda *, delta, **_: _of_numbers(partial(functional.huber_loss, delta=delta)),
    "quantile": lambda *, quantile, **_: _of_numbers(partial(pinball, quantile=quantile)),
    "cross_entropy": lambda *, smoothing, **_: partial(
        functional.cross_entropy, label_smoothing=smoothing
    ),
}


def build_loss(
    *, name: str, delta: float = 1.0, quantile: float = 0.5, smoothing: float = 0.0
) -> LossFunction:
    """Build a loss.

    Args:
        name: A key of `LOSSES`.
        delta: Where `huber` turns from squared to absolute, in units of the target.
        quantile: Level of `quantile`.
        smoothing: Share of a label that `cross_entropy` spreads over all classes (Szegedy et al.
            2016).

    Raises:
        SettingError: If there is no such loss.
    """
    if name not in LOSSES:
        raise SettingError(f"there is no loss '{name}': choose one of {', '.join(LOSSES)}.")
    return LOSSES[name](delta=delta, quantile=quantile, smoothing=smoothing)
