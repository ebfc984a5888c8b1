"""Optimizers and learning-rate schedules (book 3.7, 3.8, 5.6)."""

from collections.abc import Callable, Iterable
from functools import partial

from torch import nn, optim
from torch.optim import lr_scheduler

from dl_pipelines.errors import SettingError

# one fused kernel for all parameters: counts most where batches are small
_FUSED_DEVICES = {"cpu", "cuda"}

# name: (constructor, settings it takes beside lr and weight_decay)
OPTIMIZERS: dict[str, tuple[Callable[..., optim.Optimizer], tuple[str, ...]]] = {
    "sgd": (optim.SGD, ("fused",)),
    "momentum": (optim.SGD, ("momentum", "fused")),
    "nag": (partial(optim.SGD, nesterov=True), ("momentum", "fused")),
    "adagrad": (optim.Adagrad, ("fused",)),
    "rmsprop": (optim.RMSprop, ()),
    "adam": (optim.Adam, ("betas", "fused")),
    "adamw": (optim.AdamW, ("betas", "fused")),
}


def build_optimizer(
    parameters: Iterable[nn.Parameter],
    *,
    name: str,
    lr: float,
    weight_decay: float = 0.0,
    momentum: float = 0.9,
    betas: tuple[float, float] = (0.9, 0.999),
) -> optim.Optimizer:
    """Build an optimizer.

    Args:
        parameters: Weights to train, on their device already.
        name: A key of `OPTIMIZERS`.
        lr: Learning rate.
        weight_decay: L2 penalty; decoupled for `adamw`.
        momentum: Momentum of `momentum` and `nag`.
        betas: Decay rates of the moment estimates of `adam` and `adamw`.

    Raises:
        SettingError: If there is no such optimizer.
    """
    if name not in OPTIMIZERS:
        known = ", ".join(OPTIMIZERS)
        raise SettingError(f"there is no optimizer '{name}': choose one of {known}.")
    parameters = list(parameters)
    settings = {
        "momentum": momentum,
        "betas": betas,
        "fused": all(parameter.device.type in _FUSED_DEVICES for parameter in parameters),
    }
    constructor, names = OPTIMIZERS[name]
    return constructor(
        parameters, lr=lr, weight_decay=weight_decay, **{key: settings[key] for key in names}
    )


# All count optimizer steps, but `plateau`, which counts epochs.
SCHEDULES: dict[str, Callable[..., lr_scheduler.LRScheduler]] = {
    "constant": lambda optimizer, **_: lr_scheduler.ConstantLR(optimizer, 1.0, total_iters=0),
    # book 3.7: 0.9 times the rate every 5 epochs
    "step": lambda optimizer, *, steps_per_epoch, step_epochs, factor, **_: lr_scheduler.StepLR(
        optimizer, step_epochs * steps_per_epoch, factor
    ),
    # Smith and Topin 2018; the momentum stays, so that it suits every optimizer
    "one_cycle": lambda optimizer, *, steps, warmup_fraction, **_: lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=[group["lr"] for group in optimizer.param_groups],
        total_steps=steps,
        pct_start=warmup_fraction,
        cycle_momentum=False,
    ),
    "cosine": lambda optimizer, *, steps, **_: lr_scheduler.CosineAnnealingLR(optimizer, steps),
    "plateau": lambda optimizer, *, factor, patience, **_: lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=factor, patience=patience
    ),
}


def build_schedule(
    optimizer: optim.Optimizer,
    *,
    name: str,
    epochs: int,
    steps_per_epoch: int,
    step_epochs: int = 5,
    factor: float = 0.9,
    warmup_fraction: float = 0.3,
    patience: int = 5,
) -> lr_scheduler.LRScheduler:
    """Build a learning-rate schedule; its rates are multiples of the optimizer's.

    Args:
        optimizer: Whose learning rate is set.
        name: A key of `SCHEDULES`.
        epochs: Epochs of the whole training.
        steps_per_epoch: Optimizer steps an epoch.
        step_epochs: Epochs between two decays of `step`.
        factor: Multiplier of one decay of `step` or `plateau`.
        warmup_fraction: Share of the steps in which `one_cycle` rises to the full rate.
        patience: Epochs without a better loss before `plateau` decays.

    Raises:
        SettingError: If there is no such schedule.
    """
    if name not in SCHEDULES:
        raise SettingError(f"there is no schedule '{name}': choose one of {', '.join(SCHEDULES)}.")
    return SCHEDULES[name](
        optimizer,
        steps=epochs * steps_per_epoch,
        steps_per_epoch=steps_per_epoch,
        step_epochs=step_epochs,
        factor=factor,
        warmup_fraction=warmup_fraction,
        patience=patience,
    )
