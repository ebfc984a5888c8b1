"""One task, trained by the project's loop, by a bare torch loop and by a DataLoader's."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from dl_pipelines.data.batches import Batches
from dl_pipelines.training.callbacks import LearningRate
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.loop import fit
from dl_pipelines.training.losses import build_loss
from dl_pipelines.training.optimizers import build_optimizer, build_schedule
from dl_pipelines.training.steps import Augment, supervised_step
from timing import Program

Pairs = Iterable[tuple[Tensor, ...]]


@dataclass(frozen=True)
class Task:
    """What is trained.

    Attributes:
        inputs: Of all samples, [N, …].
        targets: Of all samples, [N, …].
        batch_size: Samples a step.
        model: Builds the network.
        optimizer: Settings of `build_optimizer`.
        loss: A key of `losses.LOSSES`.
    """

    inputs: Tensor
    targets: Tensor
    batch_size: int
    model: Callable[[], nn.Module]
    optimizer: dict[str, Any]
    loss: str

    @property
    def steps(self) -> int:
        """Steps an epoch."""
        return -(-len(self.inputs) // self.batch_size)


def our_loop(task: Task, augment: Augment | None = None) -> Program:
    """The project's loop, with a schedule."""
    model = task.model()
    optimizer = build_optimizer(model.parameters(), **task.optimizer)
    batches = Batches([task.inputs, task.targets], task.batch_size, shuffle=True, seed=0)
    schedule = build_schedule(optimizer, name="constant", epochs=1, steps_per_epoch=len(batches))
    rate = LearningRate(optimizer, schedule, monitor="train_loss")
    loss, accelerator = build_loss(name=task.loss), build_accelerator("cpu")
    step = supervised_step(model, optimizer, loss, accelerator, augment=augment)
    return lambda: fit(model, step, batches, epochs=1, callbacks=[rate])


def bare_loop(task: Task) -> Program:
    """What one would write by hand: batches by index, and the epoch's mean loss."""

    def batches() -> Iterator[tuple[Tensor, ...]]:
        order = torch.randperm(len(task.inputs)).split(task.batch_size)
        return ((task.inputs[rows], task.targets[rows]) for rows in order)

    return _plain(task, task.model(), batches)


def loader_loop(
    task: Task,
    samples: Dataset[tuple[Tensor, ...]] | None = None,
    model: nn.Module | None = None,
) -> Program:
    """The textbook way: a DataLoader in this process.

    Args:
        task: The task.
        samples: Gives one sample at a time; those of the task as they are if None.
        model: Takes these samples; the task's if None.
    """
    dataset = samples or TensorDataset(task.inputs, task.targets)
    loader = DataLoader(dataset, task.batch_size, shuffle=True)
    return _plain(task, model or task.model(), lambda: loader)


def _plain(task: Task, model: nn.Module, batches: Callable[[], Pairs]) -> Program:
    optimizer = build_optimizer(model.parameters(), **task.optimizer)
    loss_function = {"mse": nn.functional.mse_loss, "cross_entropy": nn.functional.cross_entropy}
    criterion = loss_function[task.loss]

    def epoch() -> float:
        total = torch.zeros(())
        for inputs, targets in batches():
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(inputs)
        return total.item() / len(task.inputs)

    return epoch
