"""Training losses: functions of output and target of one shape, to a scalar."""

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


LOSSES: dict[str, Callable[..., LossFunction]] = {
    "mse": lambda **_: functional.mse_loss,
    "mae": lambda **_: functional.l1_loss,
    "huber": lambda *, delta, **_: partial(functional.huber_loss, delta=delta),
    "quantile": lambda *, quantile, **_: partial(pinball, quantile=quantile),
}


def build_loss(*, name: str, delta: float = 1.0, quantile: float = 0.5) -> LossFunction:
    """Build a loss.

    Args:
        name: A key of `LOSSES`.
        delta: Where `huber` turns from squared to absolute, in units of the target.
        quantile: Level of `quantile`.

    Raises:
        SettingError: If there is no such loss.
    """
    if name not in LOSSES:
        raise SettingError(f"there is no loss '{name}': choose one of {', '.join(LOSSES)}.")
    return LOSSES[name](delta=delta, quantile=quantile)
