"""A whole training of a network that has one optimizer, whatever its step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn, optim

from dl_pipelines.data.batches import EpochBatches
from dl_pipelines.errors import SettingError
from dl_pipelines.training.assembly import (
    build_batches,
    build_rate,
    checkpointing,
    move,
    stateful,
    training_identity,
    weights,
)
from dl_pipelines.training.callbacks import (
    EarlyStopping,
    ExponentialAverage,
    GradientClipping,
    LearningRate,
    Progress,
)
from dl_pipelines.training.checkpoints import Stateful
from dl_pipelines.training.device import build_accelerator, prepare_optimizer
from dl_pipelines.training.loop import Callback, Row, Step, fit
from dl_pipelines.training.optimizers import build_optimizer
from dl_pipelines.training.ranks import Ranks
from dl_pipelines.training.recipe import Recipe
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.stopwatch import Stopwatch

if TYPE_CHECKING:
    from accelerate import Accelerator

BuildBatches = Callable[
    [Sequence[Tensor], nn.Module, "Accelerator", int, Mapping[str, Any]], EpochBatches
]
BuildStep = Callable[[nn.Module, optim.Optimizer, "Accelerator"], Step]
Validate = Callable[[nn.Module, Sequence[Tensor]], Mapping[str, float]]


@dataclass(frozen=True)
class Trained:
    """What a training leaves.

    Attributes:
        state: The network's state_dict, on the CPU.
        history: One row an epoch: `epoch`, `train_<loss>`, `valid_<loss>` (if validated) and `lr`,
            the mean rate of its steps.
        seconds: Wall time, that before a resume included.
    """

    state: dict[str, Tensor]
    history: list[Row]
    seconds: float


@dataclass(frozen=True)
class Method:
    """What is particular to a way of learning.

    Attributes:
        build_step: Of the network, its optimizer and the accelerator, both prepared.
        validate: Of the network whose weights are kept and of rows to validate on: losses by
            name, one of them `loss`.
        batching: What makes batches of the rows to learn, as `build_batches` does.
        clipping: A callback of `clip_norm`.
    """

    build_step: BuildStep
    validate: Validate
    batching: BuildBatches = build_batches
    clipping: Callable[[float], Callback] = GradientClipping


def train_network(
    model: nn.Module,
    train: Sequence[Tensor],
    valid: Sequence[Tensor] | None,
    *,
    method: Method,
    seed: int,
    device: str,
    precision: str,
    checkpoints: Mapping[str, Any] | None,
    progress: bool,
    recipe: Recipe,
    **settings: Any,
) -> Trained:
    """Train a network that has one optimizer.

    Args:
        model: The network; it is trained in place.
        train: Rows to learn, [N, …] each, or what else the method's `batching` takes.
        valid: Rows to validate on, likewise; None for none.
        method: How it learns.
        seed: Seed of the batches and of what the step draws.
        device: See `build_accelerator`.
        precision: See `build_accelerator`.
        checkpoints: `folder`, `every_steps` and `keep`; None for no checkpoints.
        progress: Whether to show the progress.
        recipe: See `Recipe`; its loss is the step's affair.
        settings: What else makes the training what it is, for its checkpoints.

    Raises:
        SettingError: If a setting is unknown or out of range, `patience` has no validation part,
            a batch norm would have to learn from one row, or training diverges.
    """
    _check_patience(recipe, valid)
    watch, epochs = Stopwatch(), recipe["epochs"]
    settings |= {"recipe": recipe, "seed": seed, "device": device, "precision": precision}
    with seed_everything(seed):
        accelerator = build_accelerator(device, precision)
        ranks = Ranks(accelerator)
        settings |= ranks.settings()
        identity = training_identity(model, [*train, *(valid or ())], settings)
        batches = method.batching(train, model, accelerator, seed, recipe)
        ranks.join(model, seed)
        stepper = build_optimizer(model.parameters(), **recipe["optimizer"])
        monitor = "train_loss" if valid is None else "valid_loss"
        rate = build_rate(stepper, recipe, steps_per_epoch=len(batches), monitor=monitor)
        kept, chosen = _chosen(model, rate, recipe, method.clipping)
        callbacks: list[Callback] = [watch, *chosen]
        parts: dict[str, Stateful] = {"model": model, "optimizer": stepper, "batches": batches}
        states = stateful(parts | ranks.parts(), accelerator, callbacks)
        callbacks += checkpointing(checkpoints, identity, states, ranks)
        callbacks += [Progress(f"seed {seed}", epochs)] if progress else []
        check = partial(method.validate, kept, move(valid, accelerator)) if valid else None
        network, updater = ranks.prepare(model), prepare_optimizer(accelerator, stepper)
        step = ranks.share(method.build_step(network, updater, accelerator))
        agreed = ranks.agree(check)
        history = fit(network, step, batches, epochs=epochs, validate=agreed, callbacks=callbacks)
    return Trained(weights(kept), history, watch.seconds)


def _check_patience(recipe: Recipe, valid: Sequence[Tensor] | None) -> None:
    if recipe["patience"] is not None and not valid:
        raise SettingError(
            "'patience' needs a validation part: raise 'validation_fraction' where there is that "
            "setting, add rows to validate on, or set 'patience' to null."
        )


def _chosen(
    model: nn.Module, rate: LearningRate, recipe: Recipe, clipping: Callable[[float], Callback]
) -> tuple[nn.Module, list[Callback]]:
    """The network whose weights are validated and kept, and the callbacks that are asked for."""
    callbacks: list[Callback] = []
    kept = model
    if (max_norm := recipe["clip_norm"]) is not None:
        callbacks.append(clipping(max_norm))
    if (decay := recipe["ema_decay"]) is not None:
        callbacks.append(average := ExponentialAverage(model, decay))
        kept = average.model
    callbacks.append(rate)
    if (patience := recipe["patience"]) is not None:
        callbacks.append(EarlyStopping(kept, patience))
    return kept, callbacks
