"""The one training loop.

The step is an argument: it owns the loss, the backward pass and its optimizers, one or several.
The loop iterates, records and tells the callbacks; everything else is a callback.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from dl_pipelines.data.batches import Batch
from dl_pipelines.errors import SettingError

Row = dict[str, float]
Step = Callable[[Batch, Callable[[nn.Module], None]], Mapping[str, Tensor]]


@dataclass
class TrainingState:
    """Where a training stands.

    Attributes:
        epoch: Finished epochs.
        step: Finished steps, over all epochs.
        history: One row for each finished epoch.
        totals: Sum of each loss over the samples of the running epoch.
        samples: Samples of the running epoch so far.
        stopped: Set by a callback to end the training after this epoch.
        finished: Set by the loop when it is through, so not when training fails.
    """

    epoch: int = 0
    step: int = 0
    history: list[Row] = field(default_factory=list)
    totals: dict[str, Tensor] = field(default_factory=dict)
    samples: int = 0
    stopped: bool = False
    finished: bool = False

    def state_dict(self) -> dict[str, Any]:
        """All attributes."""
        return dict(vars(self))

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the attributes over."""
        vars(self).update(state)


class Callback:
    """Something that happens during training; override the events of interest.

    What a callback remembers from one event to the next belongs into its `state_dict`, so that a
    training can go on from a checkpoint.
    """

    def on_train_start(self, state: TrainingState) -> None:
        """Called once, before the first step."""

    def on_backward_end(self, network: nn.Module) -> None:
        """Called by the step when `network` has its gradients, before the optimizer uses them."""

    def on_step_end(self, state: TrainingState) -> None:
        """Called after each step."""

    def on_epoch_end(self, state: TrainingState) -> None:
        """Called after each epoch and its validation; `state.history[-1]` is the epoch's row."""

    def on_train_end(self, state: TrainingState) -> None:
        """Called once at the end, also when training fails."""

    def state_dict(self) -> dict[str, Any]:
        """What the callback remembers: plain values and tensors."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""


def fit(
    model: nn.Module,
    step: Step,
    batches: Iterable[Batch],
    *,
    epochs: int,
    validate: Callable[[], Mapping[str, float]] | None = None,
    callbacks: Sequence[Callback] = (),
) -> list[Row]:
    """Train for some epochs.

    Args:
        model: The module, or the modules in one, that `step` trains.
        step: Called with a batch and a function to be told of each network whose gradients are
            ready; does one optimizer step and returns the losses: detached scalars, each the mean
            over the batch.
        batches: Gives one epoch's batches each time it is iterated.
        epochs: Epochs at most.
        validate: Returns the losses on the validation part.
        callbacks: Told of each event, in this order.

    Returns:
        One row an epoch: `epoch` (from 1), `train_<loss>` (mean over the samples) and
        `valid_<loss>`, and what callbacks add.

    Raises:
        SettingError: If a loss is no longer finite.
    """
    state = TrainingState()
    try:
        _notifier(callbacks, "on_train_start")(state)
        while state.epoch < epochs and not state.stopped:
            model.train()
            _run_epoch(state, step, batches, callbacks)
            state.history.append(_close_epoch(state, validate))
            _notifier(callbacks, "on_epoch_end")(state)
        state.finished = True
    finally:
        _notifier(callbacks, "on_train_end")(state)
    return state.history


def _run_epoch(
    state: TrainingState, step: Step, batches: Iterable[Batch], callbacks: Sequence[Callback]
) -> None:
    """One pass over the batches, or the rest of one after a resume."""
    on_backward_end = _notifier(callbacks, "on_backward_end")
    on_step_end = _notifier(callbacks, "on_step_end")
    for batch in batches:
        losses = step(batch, on_backward_end)
        rows = len(batch[0])
        for name, loss in losses.items():  # summed where it lies: reading a number would wait
            state.totals[name] = state.totals.get(name, 0.0) + loss * rows
        state.samples += rows
        state.step += 1
        on_step_end(state)


def _close_epoch(state: TrainingState, validate: Callable[[], Mapping[str, float]] | None) -> Row:
    """The epoch's row; the running sums start afresh."""
    row: Row = {
        f"train_{name}": total.item() / state.samples for name, total in state.totals.items()
    }
    if validate is not None:
        row |= {f"valid_{name}": loss for name, loss in validate().items()}
    state.epoch, state.totals, state.samples = state.epoch + 1, {}, 0
    for name, loss in row.items():
        if not math.isfinite(loss):
            raise SettingError(
                f"training diverged: {name} is {loss} in epoch {state.epoch}; "
                "lower the learning rate (setting 'optimizer') or set 'clip_norm'."
            )
    return {"epoch": state.epoch} | row


def _notifier(callbacks: Sequence[Callback], event: str) -> Callable[..., None]:
    """A function that calls the callbacks which override `event`, and no other."""
    hooks = [
        getattr(callback, event)
        for callback in callbacks
        if getattr(type(callback), event) is not getattr(Callback, event)
    ]

    def notify(subject: object) -> None:
        for hook in hooks:
            hook(subject)

    return notify
