"""What networks see of a table's row: its numbers, clipped or spread over bins.

Shapes: B batch, F features, N numeric features, T bins, E embedding.
"""

import math
from typing import TypedDict

import torch
from torch import Tensor, nn

from dl_pipelines.errors import SettingError

_NARROWEST = 1e-30  # width of a bin whose inverse is still finite


class InputSettings(TypedDict, total=False):
    """Settings of `TabularInput` that every network for tables takes."""

    bins: int
    embedding: int
    clip: float | None
    keep_numbers: bool


class TabularInput(nn.Module):
    """Numbers and one-hot columns as a network's first layer wants them.

    The numbers may be clipped smoothly, as in RealMLP (Holzmüller et al. 2024), and encoded
    piecewise linearly over quantile bins (PLE; Gorishniy et al. 2022, "On Embeddings for Numerical
    Features"), with a linear layer and a ReLU for each feature on top. The bins are buffers,
    part of the state_dict; until `fit` the encoding is zero.

    Attributes:
        width: Columns that come out.
        chunks: How many of them belong together, being made of one number or one-hot column.
    """

    start: Tensor
    slope: Tensor

    def __init__(
        self,
        *,
        features: int,
        numeric: int | None = None,
        bins: int = 0,
        embedding: int = 0,
        clip: float | None = None,
        keep_numbers: bool = False,
    ) -> None:
        """Build the input of a network.

        Args:
            features: Columns of the table, F.
            numeric: How many of them, the first ones, are numeric; all if None.
            bins: Bins of a number, T; 0 leaves the numbers as they are.
            embedding: Units of each feature's own layer on its bins, E; 0 for no such layer.
            clip: Bound that large numbers approach; None for no clipping.
            keep_numbers: Whether the numbers themselves come out beside their bins.

        Raises:
            SettingError: If an embedding has no bins to embed.
        """
        super().__init__()
        if embedding and not bins:
            raise SettingError("the setting 'embedding' needs 'bins': raise it above 0.")
        self.numeric = features if numeric is None else numeric
        self.bins = bins if self.numeric else 0
        self.embedding = embedding if self.bins else 0
        self.clip = clip
        self.keep_numbers = keep_numbers or not self.bins
        self.chunks = self._chunks(features - self.numeric)
        self.width = sum(self.chunks)
        for name in ("start", "slope") if self.bins else ():
            self.register_buffer(name, torch.zeros(self.numeric, self.bins))
        if self.embedding:
            bound = 1 / math.sqrt(self.bins)
            shape = (self.numeric, self.bins, self.embedding)
            self.weight = nn.Parameter(torch.empty(shape).uniform_(-bound, bound))
            self.bias = nn.Parameter(torch.empty(self.numeric, embedding).uniform_(-bound, bound))

    def _chunks(self, one_hot: int) -> list[int]:
        numbers = [1] * self.numeric if self.keep_numbers else []
        encoded = [self.embedding or self.bins] * self.numeric if self.bins else []
        return [*numbers, *encoded, *[1] * one_hot]

    def extra_repr(self) -> str:
        """What the layer does, for prints and for the fingerprint of a training."""
        names = ("numeric", "bins", "embedding", "clip", "keep_numbers")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)

    def fit(self, x: Tensor) -> None:
        """Set the bins to quantiles of training rows, [rows, F].

        A column with few distinct values has fewer bins, a constant one has none: what is left
        of its T places stays zero.
        """
        if not self.bins:
            return
        levels = torch.linspace(0, 1, self.bins + 1, dtype=x.dtype)
        for column, values in enumerate(self._clipped(x[:, : self.numeric]).T):
            edges = torch.unique(torch.quantile(values, levels))
            count = len(edges) - 1
            self.start[column, :count] = edges[:-1]
            self.slope[column, :count] = 1 / edges.diff().clamp(min=_NARROWEST)

    def forward(self, x: Tensor) -> Tensor:
        """Encode standardised rows, numeric columns first, [B, F] -> [B, width].

        With parameters and buffers of M networks, [M, …], it encodes [M, B, F].
        """
        numbers = self._clipped(x[..., : self.numeric])  # [B, N]
        parts = [numbers] if self.keep_numbers else []
        if self.bins:
            parts.append(self._encoded(numbers).flatten(-2))
        return torch.cat([*parts, x[..., self.numeric :]], dim=-1)

    def _clipped(self, numbers: Tensor) -> Tensor:
        if self.clip is None:
            return numbers
        return numbers / torch.sqrt(1 + (numbers / self.clip) ** 2)

    def _encoded(self, numbers: Tensor) -> Tensor:
        start, slope = self.start.unsqueeze(-3), self.slope.unsqueeze(-3)  # [1, N, T]
        # the paper leaves the outer bins open; where one is narrow, a new extreme would explode
        places = ((numbers[..., None] - start) * slope).clamp(0.0, 1.0)  # [B, N, T]
        if not self.embedding:
            return places
        units = torch.einsum("...bnt,...nte->...bne", places, self.weight)
        return torch.relu(units + self.bias.unsqueeze(-3))
