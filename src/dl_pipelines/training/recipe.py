"""How a model is trained, as plain keyword arguments."""

from collections.abc import Mapping
from typing import Any, TypedDict


class Recipe(TypedDict):
    """How a model is trained; the settings of `params.Training` without the seeds.

    Attributes:
        epochs: Passes over the training rows, at most.
        batch_size: Rows a step.
        shuffle: Whether batches are drawn in random order.
        optimizer: Settings of `build_optimizer`.
        schedule: Settings of `build_schedule`.
        loss: Settings of `build_loss`.
        clip_norm: Largest gradient norm; None for no clipping.
        ema_decay: Decay of a moving average of the weights, which is then what is validated and
            returned; None for none.
        patience: Epochs without a lower validation loss before training stops and the best
            weights are restored; None for no early stopping.
    """

    epochs: int
    batch_size: int
    shuffle: bool
    optimizer: Mapping[str, Any]
    schedule: Mapping[str, Any]
    loss: Mapping[str, Any]
    clip_norm: float | None
    ema_decay: float | None
    patience: int | None
