"""Losses of the networks that are stacked as one, each for itself.

Shapes: B batch, N rows, M members, F features, O outputs.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from dl_pipelines.data.batches import Batch
from dl_pipelines.training.loop import Callback, Step, TrainingState
from dl_pipelines.training.member_rates import MemberRates

MemberLoss = Callable[[Tensor, Tensor], Tensor]

_ROWS = 250  # measured at a time


def _squares(outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs - targets).square().mean(dim=(0, 2))


def _nats(outputs: Tensor, labels: Tensor) -> Tensor:
    flat = functional.cross_entropy(outputs.flatten(0, 1), labels.flatten(), reduction="none")
    return flat.view(labels.shape).mean(dim=0)


# of outputs [B, M, O] and targets [B, M, O] or labels [B, M], to the mean of each member, [M]
MEMBER_LOSSES: dict[str, MemberLoss] = {"mse": _squares, "cross_entropy": _nats}


def member_step(stack: nn.Module, updater: MemberRates, loss: MemberLoss) -> Step:
    """Learn targets from inputs, each member for itself.

    It reports no loss to the loop, which ends a training whose loss is not finite: here the other
    members go on.

    Args:
        stack: A `Stacked`.
        updater: Updates its weights.
        loss: One of `MEMBER_LOSSES`.
    """

    def step(batch: Batch, on_backward_end: Callable[[nn.Module], None]) -> Mapping[str, Tensor]:
        inputs, targets = batch
        updater.zero_grad()
        torch.autograd.backward(loss(stack(inputs), targets).sum())
        on_backward_end(stack)
        updater.step()
        return {}

    return step


class MemberLosses(Callback):
    """Measures the loss of each member now and then, through several trainings in a row.

    Attributes:
        steps: Steps before each measurement.
        values: What was measured, [M] each.
    """

    def __init__(
        self,
        stack: nn.Module,
        loss: MemberLoss,
        rows: Sequence[Tensor],
        *,
        members: int,
        every: int | None,
    ) -> None:
        """Say what is measured.

        Args:
            stack: A `Stacked`.
            loss: One of `MEMBER_LOSSES`.
            rows: Inputs [N, F] and targets [N, …], the same for all members.
            members: Networks in the stack, M.
            every: Steps between two measurements; None for none while they learn.
        """
        self.steps: list[int] = []
        self.values: list[Tensor] = []
        self._stack, self._loss, self._rows = stack, loss, rows
        self._members, self._every, self._step = members, every, 0

    def on_step_end(self, state: TrainingState) -> None:
        """Measure, if it is time to."""
        self._step += 1  # that of `state` starts afresh with each training
        if self._every and self._step % self._every == 0:
            self.measure()

    def finish(self) -> None:
        """Measure at the end, if the last step was not measured."""
        if self.steps[-1:] != [self._step]:
            self.measure()

    @torch.no_grad()
    def measure(self) -> None:
        """Measure now."""
        total = torch.zeros(())
        for batch in zip(*(torch.split(tensor, _ROWS) for tensor in self._rows), strict=True):
            inputs, targets = (
                t.unsqueeze(1).expand(-1, self._members, *t.shape[1:]) for t in batch
            )
            total = total + len(inputs) * self._loss(self._stack(inputs), targets).double().cpu()
        self.steps.append(self._step)
        self.values.append(total / len(self._rows[0]))
