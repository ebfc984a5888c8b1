"""Windows of a panel, cut from its rows when they are asked for.

All windows at once would take T times the memory of the panel, so what is kept, shuffled and split
are the rows at which windows end. Shapes: N samples, F features, T days of a window, B of a batch.
"""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from dl_pipelines.data.batches import Batch, EpochBatches
from dl_pipelines.data.windows import sliding_windows


def shared_tensor(array: NDArray[Any]) -> Tensor:
    """A tensor on the memory of an array, which processes share and nobody writes to."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*not writable", UserWarning)
        return torch.from_numpy(array)


class PanelWindows:
    """Standardised windows of a panel and their standardised targets."""

    def __init__(self, panel: Sequence[Tensor], window: int) -> None:
        """Look at a panel; nothing is copied.

        Args:
            panel: Values [N, F], targets [N, 1], the mean and the scale of values, [F] each, and
                those of targets, [1] each.
            window: Days of a window, T.
        """
        values, self._targets, self._mean, self._scale, *target = panel
        self._target_mean, self._target_scale = target
        self._windows, self._window = sliding_windows(values, window), window

    def take(self, ends: Tensor) -> Batch:
        """The windows that end in some rows, [B, T, F], and the targets of these, [B, 1]."""
        x = (self._windows[ends - (self._window - 1)] - self._mean) / self._scale
        return x, (self._targets[ends] - self._target_mean) / self._target_scale


class WindowBatches:
    """Batches of windows, one for each batch of the rows in which they end."""

    def __init__(self, windows: PanelWindows, ends: EpochBatches) -> None:
        """Cut windows.

        Args:
            windows: Where from.
            ends: Batches of one tensor, the rows, [B].
        """
        self._windows, self._ends = windows, ends

    def __len__(self) -> int:
        """Batches an epoch."""
        return len(self._ends)

    def __iter__(self) -> Iterator[Batch]:
        """Run one epoch, or the rest of one after `load_state_dict`."""
        for (ends,) in self._ends:
            yield self._windows.take(ends)

    def state_dict(self) -> dict[str, Any]:
        """Where the epoch stands."""
        return self._ends.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Let the next `for` go on where `state` was taken."""
        self._ends.load_state_dict(state)
