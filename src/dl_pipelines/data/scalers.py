"""Scaling of columns, fitted on the training part only."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor


@dataclass(frozen=True)
class Standardizer:
    """The z-score: mean 0 and standard deviation 1 on the rows it was fitted on.

    Attributes:
        mean: Mean of each column, [F].
        scale: Standard deviation of each column, [F]; 1 where a column is constant.
    """

    mean: Tensor
    scale: Tensor

    @classmethod
    def fit(cls, values: Tensor) -> Self:
        """Measure the columns of `values`, [N, F]."""
        scale, mean = torch.std_mean(values, dim=0, correction=0)
        # rounding leaves a constant column a tiny deviation, which would blow it up
        constant = scale <= 1e-12 * mean.abs().clamp(min=1e-30)
        return cls(mean, torch.where(constant, torch.ones_like(scale), scale))

    def transform(self, values: Tensor) -> Tensor:
        """Scale `values`, [..., F]."""
        return (values - self.mean) / self.scale

    def inverse(self, values: Tensor) -> Tensor:
        """Undo `transform`, [..., F]."""
        return values * self.scale + self.mean
