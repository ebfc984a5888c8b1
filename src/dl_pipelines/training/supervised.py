"""Supervised training, from tensors to weights."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Unpack

from torch import Tensor, nn

from dl_pipelines.data.augmentation import augment
from dl_pipelines.errors import SettingError
from dl_pipelines.training.callbacks import GradientClipping, MemberClipping
from dl_pipelines.training.losses import build_loss
from dl_pipelines.training.network import Method, Trained, train_network
from dl_pipelines.training.recipe import Recipe
from dl_pipelines.training.steps import mean_loss, supervised_step

Pair = tuple[Tensor, Tensor]


def train_supervised(
    model: nn.Module,
    train: Pair,
    valid: Pair | None,
    *,
    seed: int,
    members: int = 1,
    device: str = "cpu",
    precision: str = "no",
    checkpoints: Mapping[str, Any] | None = None,
    progress: bool = False,
    augmentation: Mapping[str, Any] | None = None,
    **recipe: Unpack[Recipe],
) -> Trained:
    """Train a model on inputs and targets that fit into memory.

    Args:
        model: Maps inputs to outputs, as the loss takes them; it is trained in place.
        train: Inputs and targets to learn, [N, …] each.
        valid: Inputs and targets to validate on, those that are NaN left out; None for a fixed
            number of epochs.
        seed: Seed of the batches and of dropout; the weights are the caller's.
        members: Networks that `model` stacks. Each learns as it would alone, for all epochs; the
            losses are means over them.
        device: See `build_accelerator`.
        precision: See `build_accelerator`.
        checkpoints: `folder`, `every_steps` and `keep`; None for no checkpoints.
        progress: Whether to show the progress.
        augmentation: Settings of `data.augmentation.augment`, for inputs that are images; None for
            inputs as they are.
        recipe: See `Recipe`.

    Raises:
        SettingError: If a setting is unknown or out of range, a batch norm would have to learn
            from one row, or training diverges.
    """
    if members > 1 and (recipe["patience"] is not None or recipe["schedule"]["name"] == "plateau"):
        raise SettingError(
            "networks that train side by side cannot stop or slow down one by one: "
            "set 'patience' to null and another 'schedule' than plateau."
        )
    loss = build_loss(**recipe["loss"])
    change = partial(augment, **augmentation) if augmentation else None
    return train_network(
        model,
        train,
        valid,
        method=Method(
            lambda network, updater, where: supervised_step(
                network, updater, loss, where, members=members, augment=change
            ),
            validate=lambda kept, rows: mean_loss(kept, loss, rows),
            clipping=GradientClipping if members == 1 else MemberClipping,
        ),
        seed=seed,
        device=device,
        precision=precision,
        checkpoints=checkpoints,
        progress=progress,
        recipe=recipe,
        augmentation=augmentation,
    )
