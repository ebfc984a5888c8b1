"""Supervised training, from tensors to weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from torch import Tensor, nn, optim

from dl_pipelines.data.augmentation import augment
from dl_pipelines.data.batches import Batches
from dl_pipelines.errors import SettingError
from dl_pipelines.training.callbacks import (
    EarlyStopping,
    ExponentialAverage,
    GradientClipping,
    LearningRate,
    MemberClipping,
    Progress,
)
from dl_pipelines.training.checkpoints import (
    Checkpointing,
    CheckpointStore,
    Stateful,
    fingerprint,
)
from dl_pipelines.training.device import build_accelerator, prepare_optimizer
from dl_pipelines.training.loop import Callback, Row, fit
from dl_pipelines.training.losses import build_loss
from dl_pipelines.training.optimizers import build_optimizer, build_schedule
from dl_pipelines.training.recipe import Recipe
from dl_pipelines.training.seeds import RandomState, seed_everything
from dl_pipelines.training.steps import mean_loss, supervised_step
from dl_pipelines.training.stopwatch import Stopwatch

if TYPE_CHECKING:
    from accelerate import Accelerator

Pair = tuple[Tensor, Tensor]

_CHECKPOINT_LAYOUT = 2  # another one: nothing goes on from checkpoints of the one before
_BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


@dataclass(frozen=True)
class Trained:
    """What a training leaves.

    Attributes:
        state: The model's state_dict, on the CPU.
        history: One row an epoch: `epoch`, `train_loss`, `valid_loss` (if validated) and `lr`, the
            mean rate of its steps.
        seconds: Wall time, that before a resume included.
    """

    state: dict[str, Tensor]
    history: list[Row]
    seconds: float


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
    _check_stopping(recipe, members, validated=valid is not None)
    watch = Stopwatch()
    where = {"seed": seed, "device": device, "precision": precision, "model": str(model)}
    tensors = [*model.state_dict().values(), *train, *(valid or ())]
    settings = {**recipe, **where, "augmentation": augmentation, "layout": _CHECKPOINT_LAYOUT}
    identity = fingerprint(settings, tensors)
    with seed_everything(seed):
        accelerator = build_accelerator(device, precision)
        model.to(accelerator.device)
        batches = _batches(_move(train, accelerator), model, seed, recipe)
        stepper = build_optimizer(model.parameters(), **recipe["optimizer"])
        rate = _learning_rate(stepper, len(batches), recipe, validated=valid is not None)
        kept, callbacks = _callbacks(model, rate, watch, recipe, members)
        parts: dict[str, Stateful | None] = {"model": model, "optimizer": stepper}
        parts |= {"batches": batches, "scaler": accelerator.scaler}  # no scaler but for fp16
        callbacks += _checkpointing(checkpoints, identity, parts, callbacks)
        callbacks += [Progress(f"seed {seed}", recipe["epochs"])] if progress else []
        loss = build_loss(**recipe["loss"])
        validate = partial(mean_loss, kept, loss, _move(valid, accelerator)) if valid else None
        network, updater = accelerator.prepare(model), prepare_optimizer(accelerator, stepper)
        change = partial(augment, **augmentation) if augmentation else None
        step = supervised_step(network, updater, loss, accelerator, members=members, augment=change)
        run = partial(fit, network, step, batches, epochs=recipe["epochs"])
        history = run(validate=validate, callbacks=callbacks)
    state = {name: value.detach().cpu() for name, value in kept.state_dict().items()}
    return Trained(state, history, watch.seconds)


def _check_stopping(recipe: Recipe, members: int, *, validated: bool) -> None:
    if recipe["patience"] is not None and not validated:
        raise SettingError("'patience' needs a validation part: raise 'validation_fraction'.")
    if members > 1 and (recipe["patience"] is not None or recipe["schedule"]["name"] == "plateau"):
        raise SettingError(
            "networks that train side by side cannot stop or slow down one by one: "
            "set 'patience' to null and another 'schedule' than plateau."
        )


def _move(tensors: Sequence[Tensor], accelerator: "Accelerator") -> list[Tensor]:
    """Move all rows at once: they fit into memory, and no step has to wait for a copy."""
    return [tensor.to(accelerator.device) for tensor in tensors]


def _batches(tensors: Sequence[Tensor], model: nn.Module, seed: int, recipe: Recipe) -> Batches:
    batches = Batches(tensors, recipe["batch_size"], shuffle=recipe["shuffle"], seed=seed)
    learning = model.train().modules()  # but frozen parts, which stay in evaluation mode
    if 1 in batches.sizes and any(isinstance(m, _BATCH_NORMS) and m.training for m in learning):
        raise SettingError(
            f"a batch norm cannot learn from one row alone ('batch_size' is "
            f"{recipe['batch_size']}, rows to learn: {len(tensors[0])}): set 'batch_size' to 2 or "
            "more, and give it 2 rows or more to learn from."
        )
    return batches


def _learning_rate(
    optimizer: optim.Optimizer, steps_per_epoch: int, recipe: Recipe, *, validated: bool
) -> LearningRate:
    epochs, schedule = recipe["epochs"], recipe["schedule"]
    rates = build_schedule(optimizer, epochs=epochs, steps_per_epoch=steps_per_epoch, **schedule)
    return LearningRate(optimizer, rates, "valid_loss" if validated else "train_loss")


def _callbacks(
    model: nn.Module, rate: LearningRate, watch: Stopwatch, recipe: Recipe, members: int
) -> tuple[nn.Module, list[Callback]]:
    """The module whose weights are validated and kept, and the callbacks that are asked for."""
    callbacks: list[Callback] = [watch]
    kept = model
    if (max_norm := recipe["clip_norm"]) is not None:
        clipping = GradientClipping if members == 1 else MemberClipping
        callbacks.append(clipping(max_norm))
    if (decay := recipe["ema_decay"]) is not None:
        callbacks.append(average := ExponentialAverage(model, decay))
        kept = average.model
    callbacks.append(rate)
    if (patience := recipe["patience"]) is not None:
        callbacks.append(EarlyStopping(kept, patience))
    return kept, callbacks


def _checkpointing(
    checkpoints: Mapping[str, Any] | None,
    identity: str,
    parts: Mapping[str, Stateful | None],
    callbacks: Sequence[Callback],
) -> list[Callback]:
    """Checkpoints in a folder that belongs to exactly this training, if they are asked for."""
    if checkpoints is None or checkpoints["folder"] is None:
        return []
    store = CheckpointStore(Path(checkpoints["folder"]), identity, keep=checkpoints["keep"])
    states: dict[str, Stateful] = {"random": RandomState()}
    states |= {name: part for name, part in parts.items() if part is not None}
    states |= {str(number): callback for number, callback in enumerate(callbacks)}
    return [Checkpointing(store, states, checkpoints["every_steps"])]
