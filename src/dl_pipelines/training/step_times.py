"""How long the steps of an optimizer take on a network that trains alone."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from statistics import median
from typing import Any

import torch

from dl_pipelines.data.seed_batches import SeedBatches
from dl_pipelines.training.device import choose_device
from dl_pipelines.training.member_losses import MEMBER_LOSSES
from dl_pipelines.training.optimizer_trials import (
    Arrays,
    Phase,
    network,
    phases,
    tensors,
    updater_of,
)
from dl_pipelines.training.parallel import one_thread

_BLOCKS = 5  # the optimizers take turns, so that a busy machine slows all of them alike
_SEED = 2**32 - 1  # of no training that is compared
_RATE = 1e-6  # the time does not depend on it, but no network must diverge


def phase_times(
    arrays: Arrays,
    optimizers: Iterable[str],
    *,
    steps: int,
    training: Mapping[str, Any],
    device: str,
) -> list[dict[str, Any]]:
    """Measure the seconds of a step on one thread, forward and backward pass included.

    On the CPU they are processor seconds: those of a machine that has nothing else to do.

    Args:
        arrays: `train_x` and `train_y`; see `train_optimizers`.
        optimizers: See `phases`.
        steps: Steps of a block; the median of five blocks counts.
        training: Settings of `params.optimizer_comparison.OptimizerTrial`.
        device: See `choose_device`.

    Returns:
        One row a phase: `optimizer`, `from_step` (steps before the phase) and `seconds` (a step),
        with the smallest and the largest of the blocks, `low` and `high`.
    """
    place = choose_device(device)
    clock = time.process_time if place.type == "cpu" else time.perf_counter
    rows = tensors((arrays["train_x"], arrays["train_y"]), place)
    epoch = len(SeedBatches(rows, training["batch_size"], seeds=[0], copies=1))
    parts = [(name, phase) for name in optimizers for phase in phases(name, **training)]
    with one_thread():
        runs = [_steps(rows, phase, steps, training) for _, phase in parts]
        blocks = [[_seconds(run, clock) / steps for run in runs] for _ in range(_BLOCKS + 1)]
    times = zip(*blocks[1:], strict=True)  # the first one warms up
    return [
        {"optimizer": name, "from_step": start * epoch, **_summary(own)}
        for (name, start), own in zip(_starts(parts), times, strict=True)
    ]


def _summary(blocks: Sequence[float]) -> dict[str, float]:
    return {"seconds": median(blocks), "low": min(blocks), "high": max(blocks)}


def _starts(parts: Iterable[tuple[str, Phase]]) -> list[tuple[str, int]]:
    """Optimizer and epochs before each phase."""
    by_name: dict[str, list[int]] = {}
    for name, phase in parts:
        by_name.setdefault(name, []).append(phase.epochs)
    return [
        (name, start)
        for name, epochs in by_name.items()
        for start in accumulate(epochs[:-1], initial=0)
    ]


def _steps(
    rows: list[torch.Tensor], phase: Phase, steps: int, training: Mapping[str, Any]
) -> Callable[[], None]:
    """Some steps on one batch."""
    inputs, targets = (tensor[: training["batch_size"]] for tensor in rows)
    model = network(rows, _SEED, training).to(inputs.device)
    updater = updater_of(model, phase, _RATE, training)
    loss = MEMBER_LOSSES[training["loss"]]

    def run() -> None:
        for _ in range(steps):
            updater.zero_grad()
            loss(model(inputs)[:, None], targets[:, None]).sum().backward()  # type: ignore[no-untyped-call]
            updater.step()
        next(model.parameters()).sum().item()  # a GPU has finished only then

    return run


def _seconds(run: Callable[[], None], clock: Callable[[], float]) -> float:
    start = clock()
    run()
    return clock() - start
