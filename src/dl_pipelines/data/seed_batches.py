"""Batches for networks of several seeds that learn side by side.

Shapes: N rows, B batch, F features, S seeds, R members of each seed, M = S · R.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from dl_pipelines.data.batches import Batch, Batches


class SeedBatches:
    """Batches for a stack: the members of one seed have the same, in an order of the seed's own.

    Rows that fill no batch are left out for the epoch: a last step by a few rows would blur what a
    training has reached. With fewer rows than that there is one batch of all of them.
    """

    def __init__(
        self, tensors: Sequence[Tensor], batch_size: int, *, seeds: Sequence[int], copies: int
    ) -> None:
        """Batch rows.

        Args:
            tensors: Inputs [N, F] and targets [N, …].
            batch_size: Rows a batch, B.
            seeds: Seeds of the orders, S.
            copies: Members of each seed, R.
        """
        self._tensors, self._copies = tensors, copies
        rows = torch.arange(len(tensors[0]))
        whole = len(rows) >= batch_size
        self._orders = [
            Batches([rows], batch_size, shuffle=True, seed=seed, drop_last=whole) for seed in seeds
        ]

    def __len__(self) -> int:
        """Batches an epoch."""
        return len(self._orders[0])

    def __iter__(self) -> Iterator[Batch]:
        """Run one epoch: inputs [B, M, F] and targets [B, M, …]."""
        for parts in zip(*self._orders, strict=True):
            rows = torch.stack([part for (part,) in parts])  # [S, B]
            yield tuple(
                tensor[rows].repeat_interleave(self._copies, dim=0).transpose(0, 1)
                for tensor in self._tensors
            )
