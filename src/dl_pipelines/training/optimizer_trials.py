"""One network trained by several optimizers, at several rates and with several seeds.

The trainings of an optimizer run side by side as one stack. Those of one seed start from the same
weights and see the same batches, whatever their optimizer and rate.

Shapes: N rows, B batch, F features, O outputs, S seeds, R rates, M = S · R members of a stack (the
rates of the first seed first), P measurements.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dl_pipelines.data.seed_batches import SeedBatches
from dl_pipelines.models import build_network
from dl_pipelines.models.images import Pixels
from dl_pipelines.models.stacked import Stacked
from dl_pipelines.training.device import choose_device
from dl_pipelines.training.loop import fit
from dl_pipelines.training.member_losses import MEMBER_LOSSES, MemberLosses, member_step
from dl_pipelines.training.member_rates import MemberRates
from dl_pipelines.training.optimizers import build_optimizer
from dl_pipelines.training.parallel import pool_of, run_jobs
from dl_pipelines.training.seeds import seed_everything

Arrays = Mapping[str, NDArray[Any]]


class Measured(NamedTuple):
    """Losses of the trainings of one optimizer.

    Attributes:
        steps: Optimizer steps before each measurement, from 0, [P].
        losses: [P, S, R]; not finite where a training diverged.
    """

    steps: NDArray[np.int64]
    losses: NDArray[np.float64]


class Phase(NamedTuple):
    """A part of a training with one optimizer.

    Attributes:
        optimizer: A key of `training.optimizers.OPTIMIZERS`.
        epochs: How long.
        factor: Its rate, as a multiple of the training's.
    """

    optimizer: str
    epochs: int
    factor: float


def phases(
    optimizer: str, *, epochs: int, switch_epoch: int, switch_factor: float, **_: Any
) -> list[Phase]:
    """What a training with an optimizer consists of.

    Args:
        optimizer: A key of `training.optimizers.OPTIMIZERS`, or `adam_sgd`: Adam first, then SGD
            with momentum (book 5.6; Keskar and Socher 2017, "Improving generalization performance
            by switching from Adam to SGD").
        epochs: Epochs of the whole training.
        switch_epoch: Epochs of Adam in `adam_sgd`.
        switch_factor: The rate of SGD in it, as a multiple of Adam's.
    """
    if optimizer != "adam_sgd":
        return [Phase(optimizer, epochs, 1.0)]
    rest = epochs - switch_epoch
    return [Phase("adam", switch_epoch, 1.0), Phase("momentum", rest, switch_factor)]


def train_optimizers(
    arrays: Arrays,
    part: str,
    *,
    rates: Mapping[str, Sequence[float]],
    seeds: Sequence[int],
    every: int | None,
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
) -> dict[str, Measured]:
    """Train with each optimizer at each of its rates and with each seed.

    Args:
        arrays: `train_x`, `train_y` and those of `part`: rows [N, F] or images uint8 [N, H, W], and
            targets [N, 1] or labels [N].
        part: Whose loss is measured, such as `valid`.
        rates: Learning rates of each optimizer.
        seeds: Seeds of the first weights and the batches.
        every: Steps between two measurements; None for the beginning and the end only.
        training: Settings of `params.optimizer_comparison.OptimizerTrial`.
        compute: Settings of `params.Compute`; always in full precision.
    """
    learnt, measured = ((arrays[f"{name}_x"], arrays[f"{name}_y"]) for name in ("train", part))
    shared = {
        "learnt": learnt,
        "measured": measured,
        "seeds": seeds,
        "every": every,
        "training": training,
        "device": compute["device"],
    }
    jobs = [{**shared, "optimizer": name, "rates": own} for name, own in rates.items()]
    return dict(zip(rates, run_jobs(train_members, jobs, **pool_of(compute)), strict=True))


def train_members(
    *,
    optimizer: str,
    rates: Sequence[float],
    seeds: Sequence[int],
    learnt: Sequence[NDArray[Any]],
    measured: Sequence[NDArray[Any]],
    every: int | None,
    training: Mapping[str, Any],
    device: str,
) -> Measured:
    """Train with one optimizer: all rates and seeds side by side.

    A training that diverges does not disturb the others.

    Args:
        optimizer: See `phases`.
        rates: Learning rates, R.
        seeds: Seeds of the first weights and the batches, S.
        learnt: Inputs and targets to learn.
        measured: Inputs and targets whose loss is measured.
        every: See `train_optimizers`.
        training: See `train_optimizers`.
        device: See `choose_device`.
    """
    place, copies = choose_device(device), len(rates)
    rows, scored = (tensors(pair, place) for pair in (learnt, measured))
    networks = [network(rows, seed, training) for seed in seeds for _ in rates]
    stack = Stacked(networks).to(place)
    loss = MEMBER_LOSSES[training["loss"]]
    losses = MemberLosses(stack, loss, scored, members=len(networks), every=every)
    batches = SeedBatches(rows, training["batch_size"], seeds=seeds, copies=copies)
    each = torch.tensor(rates, device=place).repeat(len(seeds))
    losses.measure()
    for phase in phases(optimizer, **training):
        updater = MemberRates(updater_of(stack, phase, 1.0, training), phase.factor * each)
        step = member_step(stack, updater, loss)
        fit(stack, step, batches, epochs=phase.epochs, callbacks=[losses])
    losses.finish()
    values = torch.stack(losses.values).view(-1, len(seeds), copies)
    return Measured(np.array(losses.steps), values.numpy())


def network(rows: Sequence[Tensor], seed: int, training: Mapping[str, Any]) -> torch.nn.Module:
    """A network with the first weights of a seed, for inputs and targets of these shapes."""
    inputs, targets = rows
    outputs = targets.shape[1] if targets.is_floating_point() else int(targets.max()) + 1
    settings = {"hidden": training["hidden"], "outputs": outputs}
    with seed_everything(seed):
        return build_network("mlp", settings, features=inputs.shape[1])


def updater_of(
    model: torch.nn.Module, phase: Phase, rate: float, training: Mapping[str, Any]
) -> torch.optim.Optimizer:
    """The optimizer of a phase at a rate; only AdamW decays weights."""
    decay = training["weight_decay"] if phase.optimizer == "adamw" else 0.0
    moments = {"momentum": training["momentum"], "betas": training["betas"]}
    return build_optimizer(
        model.parameters(), name=phase.optimizer, lr=rate, weight_decay=decay, **moments
    )


def tensors(pair: Sequence[NDArray[Any]], device: torch.device) -> list[Tensor]:
    """Inputs [N, F], of images their normalised pixels, and targets."""
    inputs, targets = (torch.tensor(array, device=device) for array in pair)
    images = inputs.dtype == torch.uint8
    return [Pixels().to(device)(inputs).flatten(1) if images else inputs, targets]
