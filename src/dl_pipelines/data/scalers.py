"""Scaling of columns, fitted on the training part only."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor


@dataclass(frozen=True)
class Standardizer:
    """Centre and scale of each column, measured on the rows it was fitted on.

    Attributes:
        mean: Centre of each column, [F].
        scale: Scale of each column, [F]; 1 where a column is constant.
    """

    mean: Tensor
    scale: Tensor

    @classmethod
    def fit(cls, values: Tensor) -> Self:
        """The z-score: the columns of `values`, [N, F], get mean 0 and standard deviation 1."""
        scale, mean = torch.std_mean(values, dim=0, correction=0)
        # rounding leaves a constant column a tiny deviation, which would blow it up
        constant = scale <= 1e-12 * mean.abs().clamp(min=1e-30)
        return cls(mean, torch.where(constant, torch.ones_like(scale), scale))

    @classmethod
    def fit_robust(cls, values: Tensor) -> Self:
        """Median 0 and a distance of 1 between the quartiles (Holzmüller et al. 2024, RealMLP).

        Where the quartiles are equal, the column's range becomes 2.

        Args:
            values: Rows to measure, [N, F].
        """
        levels = torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0], dtype=values.dtype)
        lowest, lower, median, upper, highest = torch.quantile(values, levels, dim=0)
        scale = torch.where(upper > lower, upper - lower, (highest - lowest) / 2)
        return cls(median, torch.where(scale > 0, scale, torch.ones_like(scale)))

    def transform(self, values: Tensor) -> Tensor:
        """Scale `values`, [..., F]."""
        return (values - self.mean) / self.scale

    def inverse(self, values: Tensor) -> Tensor:
        """Undo `transform`, [..., F]."""
        return values * self.scale + self.mean
