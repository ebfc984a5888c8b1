"""Batches of tensors that are in memory already: no workers, no copies, no per-sample Python."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from dl_pipelines.data.epoch_order import EpochOrder

Batch = tuple[Tensor, ...]


class EpochBatches(Protocol):
    """One epoch's batches each time it is iterated, which a resumed training can go on in."""

    def __len__(self) -> int:
        """Batches an epoch."""
        ...

    def __iter__(self) -> Iterator[Batch]:
        """Run one epoch, or the rest of one after `load_state_dict`."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Where the epoch stands."""
        ...

    def load_state_dict(self, state: dict[str, Any], /) -> object:
        """Go on where `state` was taken."""
        ...


class Batches:
    """Batches of rows; each `for` over the object is one epoch.

    A last row alone joins the batch before it: it has no variance for a batch norm, and is a poor
    estimate of a gradient. For the order see `EpochOrder`.

    Attributes:
        sizes: Rows of each batch of an epoch.
    """

    def __init__(
        self,
        tensors: Sequence[Tensor],
        batch_size: int,
        *,
        shuffle: bool,
        seed: int,
        drop_last: bool = False,
    ) -> None:
        """Batch rows.

        Args:
            tensors: Tensors with equally many rows, [N, …], on one device; views are welcome.
            batch_size: Rows a batch, B; the last one of an epoch may be smaller, or have B + 1.
            shuffle: Whether each epoch draws a new order.
            seed: Seed of that order.
            drop_last: Whether a last batch with fewer than B rows is left out.
        """
        self.tensors = tuple(tensors)
        self.shuffle = shuffle
        self.sizes = _sizes(len(self.tensors[0]), batch_size, drop_last=drop_last)
        self._order = EpochOrder(self._rows, seed)

    def __len__(self) -> int:
        """Batches an epoch."""
        return len(self.sizes)

    def __iter__(self) -> Iterator[Batch]:
        """Run one epoch, or the rest of one after `load_state_dict`."""
        for rows in self._order:
            yield tuple(tensor[rows] for tensor in self.tensors)

    def _rows(self, generator: torch.Generator) -> Sequence[Tensor | slice]:
        """The rows of each batch of an epoch; slices, and so views, without shuffling."""
        if not self.shuffle:
            ends = itertools.accumulate(self.sizes)
            return [slice(end - size, end) for end, size in zip(ends, self.sizes, strict=True)]
        # drawn on the CPU, so that every device sees the same order
        permutation = torch.randperm(len(self.tensors[0]), generator=generator)
        return torch.split(permutation[: sum(self.sizes)].to(self.tensors[0].device), self.sizes)

    def state_dict(self) -> dict[str, Any]:
        """Where the epoch stands."""
        return self._order.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Let the next `for` go on where `state` was taken."""
        self._order.load_state_dict(state)


def _sizes(rows: int, batch_size: int, *, drop_last: bool) -> list[int]:
    """Rows of each batch of an epoch."""
    whole, rest = divmod(rows, batch_size)
    sizes = [batch_size] * whole
    if drop_last or not rest:
        return sizes
    if rest == 1 and sizes:
        return [*sizes[:-1], batch_size + 1]
    return [*sizes, rest]
