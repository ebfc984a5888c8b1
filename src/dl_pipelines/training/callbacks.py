"""What happens beside the steps: schedules, clipping, averaging, stopping, progress."""

import logging
import math
import time
from typing import Any

import torch
from rich.console import Console
from rich.progress import Progress as Bar
from torch import Tensor, nn, optim
from torch.optim import lr_scheduler, swa_utils

from dl_pipelines.training.loop import Callback, TrainingState

logger = logging.getLogger(__name__)


class GradientClipping(Callback):
    """Scales gradients down to a largest norm (Pascanu et al. 2013)."""

    def __init__(self, max_norm: float) -> None:
        """Clip to `max_norm`, over all weights of a network together."""
        self.max_norm = max_norm

    def on_backward_end(self, network: nn.Module) -> None:
        """Clip the gradients of `network`."""
        nn.utils.clip_grad_norm_(network.parameters(), self.max_norm)


class MemberClipping(Callback):
    """Scales the gradients of each network in a `models.stacked.Stacked` down on its own."""

    def __init__(self, max_norm: float) -> None:
        """Clip to `max_norm`, over all weights of a member together."""
        self.max_norm = max_norm

    def on_backward_end(self, network: nn.Module) -> None:
        """Clip the gradients of `network`, whose parameters are stacked, [M, …] each."""
        gradients = [p.grad.flatten(1) for p in network.parameters() if p.grad is not None]
        norms = torch.stack([gradient.norm(dim=1) for gradient in gradients]).norm(dim=0)  # [M]
        shares = (self.max_norm / (norms + 1e-6)).clamp(max=1.0)  # 1e-6 as torch's clipping has it
        for gradient in gradients:
            gradient.mul_(shares[:, None])


class LearningRate(Callback):
    """Runs a learning-rate schedule and records the mean rate of an epoch's steps."""

    def __init__(
        self,
        optimizer: optim.Optimizer,
        schedule: lr_scheduler.LRScheduler,
        monitor: str,
        column: str = "lr",
    ) -> None:
        """Run `schedule`.

        Args:
            optimizer: Whose rate is recorded.
            schedule: Counts steps, or epochs if it is a `ReduceLROnPlateau`.
            monitor: The history's column that a plateau is seen in.
            column: The history's column for the rate.
        """
        self.optimizer = optimizer
        self.schedule = schedule
        self.monitor, self.column = monitor, column
        self.mean, self.steps = 0.0, 0  # rate of the epoch's steps so far

    def on_step_end(self, state: TrainingState) -> None:
        """Count the rate of the step in, and move on by a step."""
        self.steps += 1
        # of equal rates this mean is exactly that rate, which their sum over their count is not
        self.mean += (self.optimizer.param_groups[0]["lr"] - self.mean) / self.steps
        if not isinstance(self.schedule, lr_scheduler.ReduceLROnPlateau):
            self.schedule.step()

    def on_epoch_end(self, state: TrainingState) -> None:
        """Record the rate, and let a plateau lower it."""
        row = state.history[-1]
        row[self.column] = self.mean
        self.mean, self.steps = 0.0, 0
        if isinstance(self.schedule, lr_scheduler.ReduceLROnPlateau):
            self.schedule.step(row[self.monitor])

    def state_dict(self) -> dict[str, Any]:
        """State of the schedule and of the mean."""
        return {"schedule": self.schedule.state_dict(), "mean": self.mean, "steps": self.steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Set the schedule and the mean to `state`."""
        self.schedule.load_state_dict(state["schedule"])
        self.mean, self.steps = state["mean"], state["steps"]


class ExponentialAverage(Callback):
    """Keeps an exponential moving average (EMA) of the weights (Polyak and Juditsky 1992).

    Attributes:
        model: A copy of the source with the averaged weights.
    """

    def __init__(self, source: nn.Module, decay: float) -> None:
        """Average the weights of `source`; at each step the average keeps the share `decay`."""
        function = swa_utils.get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]  # torch's
        self._source = source
        self._average = swa_utils.AveragedModel(source, multi_avg_fn=function)
        self.model: nn.Module = self._average.module

    def on_step_end(self, state: TrainingState) -> None:
        """Take the new weights in."""
        self._average.update_parameters(self._source)

    def state_dict(self) -> dict[str, Any]:
        """The averaged weights and how many steps they average."""
        return self._average.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Set the average to `state`."""
        self._average.load_state_dict(state)


class EarlyStopping(Callback):
    """Stops when a loss no longer falls, and restores the weights that did best."""

    def __init__(self, model: nn.Module, patience: int, monitor: str = "valid_loss") -> None:
        """Watch a loss.

        Args:
            model: Whose weights are restored.
            patience: Epochs in a row without a new lowest loss before training stops.
            monitor: The history's column to watch.
        """
        self.model = model
        self.patience = patience
        self.monitor = monitor
        self.best_loss = math.inf
        self.best_weights: dict[str, Tensor] = {}
        self.waited = 0

    def on_epoch_end(self, state: TrainingState) -> None:
        """Keep the weights if the loss is a new lowest one; stop after `patience` others."""
        loss = state.history[-1][self.monitor]
        if loss < self.best_loss:
            self.best_loss, self.waited = loss, 0
            weights = self.model.state_dict()
            self.best_weights = {name: value.clone() for name, value in weights.items()}
        else:
            self.waited += 1
            state.stopped = self.waited >= self.patience

    def on_train_end(self, state: TrainingState) -> None:
        """Restore the best weights."""
        if self.best_weights:
            self.model.load_state_dict(self.best_weights)

    def state_dict(self) -> dict[str, Any]:
        """What a resumed training must know."""
        return {name: vars(self)[name] for name in ("best_loss", "best_weights", "waited")}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state`."""
        vars(self).update(state)


class Progress(Callback):
    """A bar over the epochs in a terminal; elsewhere a log line now and then."""

    def __init__(self, label: str, epochs: int, *, log_seconds: float = 30.0) -> None:
        """Report on a training.

        Args:
            label: Name of the training.
            epochs: Epochs it takes at most.
            log_seconds: Least time between two log lines; a short training logs none.
        """
        console = Console(stderr=True)
        self._terminal = console.is_terminal
        self._bar = Bar(console=console, transient=True, disable=not self._terminal)
        self._task = self._bar.add_task(label, total=epochs)
        self._label = f"{label}, epoch {{}} of {epochs}: "
        self._log_seconds = log_seconds
        self._logged = time.monotonic()

    def on_train_start(self, state: TrainingState) -> None:
        """Show the bar."""
        self._bar.start()

    def on_epoch_end(self, state: TrainingState) -> None:
        """Report the epoch."""
        losses = [f"{name} {value:.4g}" for name, value in state.history[-1].items()][1:]
        text = self._label.format(state.epoch) + ", ".join(losses)
        self._bar.update(self._task, completed=state.epoch, description=text)
        if not self._terminal and time.monotonic() - self._logged >= self._log_seconds:
            self._logged = time.monotonic()
            logger.info(text)

    def on_train_end(self, state: TrainingState) -> None:
        """Take the bar away, also when training fails: it hides the cursor."""
        self._bar.stop()
