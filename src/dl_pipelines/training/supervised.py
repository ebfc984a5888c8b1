"""Supervised training, from tensors to weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from dl_pipelines.data.batches import Batches
from dl_pipelines.errors import SettingError
from dl_pipelines.training.callbacks import (
    EarlyStopping,
    ExponentialAverage,
    GradientClipping,
    LearningRate,
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
from dl_pipelines.training.losses import LossFunction, build_loss
from dl_pipelines.training.optimizers import build_optimizer, build_schedule
from dl_pipelines.training.seeds import RandomState, seed_everything
from dl_pipelines.training.steps import supervised_step

if TYPE_CHECKING:
    from accelerate import Accelerator

_VALIDATION_BATCH = 1024
_NO_SETTINGS = {"model", "train", "valid", "checkpoints", "progress"}

Pair = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Trained:
    """What a training leaves.

    Attributes:
        state: The model's state_dict, on the CPU.
        history: One row an epoch: `epoch`, `train_loss`, `valid_loss` (if validated), `lr`.
    """

    state: dict[str, Tensor]
    history: list[Row]


def train_supervised(  # noqa: PLR0913  one argument a setting of `params.Training`
    model: nn.Module,
    train: Pair,
    valid: Pair | None,
    *,
    epochs: int,
    batch_size: int,
    shuffle: bool,
    optimizer: Mapping[str, Any],
    schedule: Mapping[str, Any],
    loss: Mapping[str, Any],
    clip_norm: float | None,
    ema_decay: float | None,
    patience: int | None,
    seed: int,
    device: str = "cpu",
    precision: str = "no",
    checkpoints: Mapping[str, Any] | None = None,
    progress: bool = False,
) -> Trained:
    """Train a model on inputs and targets that fit into memory.

    Args:
        model: Maps inputs to outputs of the targets' shape; it is trained in place.
        train: Inputs and targets to learn, [N, …] each.
        valid: Inputs and targets to validate on; None for a fixed number of epochs.
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
        seed: Seed of the batches and of dropout; the weights are the caller's.
        device: See `build_accelerator`.
        precision: See `build_accelerator`.
        checkpoints: `folder`, `every_steps` and `keep`; None, or a folder of None, for none.
        progress: Whether to show the progress.

    Raises:
        SettingError: If a setting is unknown or out of range, or training diverges.
    """
    arguments = dict(locals())  # first of all, so that it holds the arguments and nothing else
    if patience is not None and valid is None:
        raise SettingError("'patience' needs a validation part: raise 'validation_fraction'.")
    with seed_everything(seed):
        accelerator = build_accelerator(device, precision)
        model.to(accelerator.device)
        batches = Batches(_move(train, accelerator), batch_size, shuffle=shuffle, seed=seed)
        stepper = build_optimizer(model.parameters(), **optimizer)
        rates = build_schedule(stepper, epochs=epochs, steps_per_epoch=len(batches), **schedule)
        loss_function = build_loss(**loss)

        kept, validate, monitor = model, None, "train_loss"
        callbacks: list[Callback] = []
        if clip_norm is not None:
            callbacks.append(GradientClipping(clip_norm))
        if ema_decay is not None:
            callbacks.append(average := ExponentialAverage(model, ema_decay))
            kept = average.model
        if valid is not None:
            validate = partial(_mean_loss, kept, loss_function, _move(valid, accelerator))
            monitor = "valid_loss"
        callbacks.append(LearningRate(stepper, rates, monitor))
        if patience is not None:
            callbacks.append(EarlyStopping(kept, patience))
        if checkpoints is not None and checkpoints["folder"] is not None:
            parts: dict[str, Stateful] = {"model": model, "optimizer": stepper, "batches": batches}
            if accelerator.scaler is not None:
                parts["scaler"] = accelerator.scaler
            callbacks.append(_checkpointing(checkpoints, arguments, parts, callbacks))
        if progress:
            callbacks.append(Progress(f"seed {seed}", epochs))

        prepared = accelerator.prepare(model)
        stepper = prepare_optimizer(accelerator, stepper)
        step = supervised_step(prepared, stepper, loss_function, accelerator)
        history = fit(
            prepared, step, batches, epochs=epochs, validate=validate, callbacks=callbacks
        )
    state = {name: value.detach().cpu() for name, value in kept.state_dict().items()}
    return Trained(state, history)


def _move(tensors: Sequence[Tensor], accelerator: "Accelerator") -> list[Tensor]:
    """Move all rows at once: they fit into memory, and no step has to wait for a copy."""
    return [tensor.to(accelerator.device) for tensor in tensors]


@torch.no_grad()
def _mean_loss(
    model: nn.Module, loss_function: LossFunction, tensors: Sequence[Tensor]
) -> dict[str, float]:
    """Loss in evaluation mode, the mean over all rows."""
    model.eval()
    total = 0.0
    for inputs, targets in zip(*(torch.split(t, _VALIDATION_BATCH) for t in tensors), strict=True):
        total += loss_function(model(inputs), targets).item() * len(inputs)
    return {"loss": total / len(tensors[0])}


def _checkpointing(
    checkpoints: Mapping[str, Any],
    arguments: dict[str, Any],
    parts: Mapping[str, Stateful],
    callbacks: Sequence[Callback],
) -> Checkpointing:
    """Checkpoints in a folder that belongs to exactly these arguments."""
    tensors = [*arguments["model"].state_dict().values(), *arguments["train"]]
    tensors += arguments["valid"] or ()
    settings = {name: value for name, value in arguments.items() if name not in _NO_SETTINGS}
    settings["model"] = str(arguments["model"])
    store = CheckpointStore(
        Path(checkpoints["folder"]), fingerprint(settings, tensors), keep=checkpoints["keep"]
    )
    numbered = {str(number): callback for number, callback in enumerate(callbacks)}
    states = {**parts, **numbered, "random": RandomState()}
    return Checkpointing(store, states, checkpoints["every_steps"])
