"""TabM, an ensemble of networks in one (Gorishniy et al. 2024, arXiv 2410.24210).

Shapes: B batch, F features, K heads, I and O inputs and outputs of a layer, H hidden units.
"""

import math
from collections.abc import Callable, Sequence
from typing import Unpack

import torch
from torch import Tensor, nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.embeddings import InputSettings, TabularInput
from dl_pipelines.models.mlp import build_activation

# from normal numbers; the paper takes signs, and normal ones where a number has an embedding
SCALES: dict[str, Callable[[Tensor], Tensor]] = {
    "signs": lambda normal: torch.where(normal < 0, -1.0, 1.0),
    "normal": lambda normal: normal,
    "near_one": lambda normal: 1.0 + 0.5 * normal,  # heads start alike, which fits large tables
}


class EnsembleLinear(nn.Module):
    """K linear layers that share a matrix, each with its own scales and bias: BatchEnsemble.

    Head k computes ((x ∘ r_k) W) ∘ s_k + b_k (Wen et al. 2020).
    """

    def __init__(self, input_scale: Tensor, outputs: int) -> None:
        """Build a layer whose heads' output scales start at one and whose biases start equal.

        Args:
            input_scale: First scales r of the heads' inputs, [K, I].
            outputs: Units that come out, O.
        """
        super().__init__()
        heads, inputs = input_scale.shape
        bound = 1 / math.sqrt(inputs)
        self.weight = nn.Parameter(torch.empty(inputs, outputs).uniform_(-bound, bound))
        bias = torch.empty(outputs).uniform_(-bound, bound)
        self.bias = nn.Parameter(bias.repeat(heads, 1))
        self.input_scale = nn.Parameter(input_scale)
        self.output_scale = nn.Parameter(torch.ones(heads, outputs))

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, K, I] (or [B, 1, I], the same for all heads) to [B, K, O].

        With parameters of M networks, [M, …], it maps [M, B, K, I].
        """
        scaled = x * self.input_scale.unsqueeze(-3)
        y = (scaled.flatten(-3, -2) @ self.weight).view(*scaled.shape[:-1], -1)
        return torch.addcmul(self.bias.unsqueeze(-3), y, self.output_scale.unsqueeze(-3))


class TabM(nn.Module):
    """K perceptrons that share all matrices but the last, trained side by side.

    The heads differ by the first scales of their inputs, one number a feature.
    """

    def __init__(
        self,
        *,
        features: int,
        hidden: Sequence[int],
        numeric: int | None = None,
        heads: int = 32,
        scales: str = "signs",
        dropout: float = 0.0,
        activation: str = "relu",
        **inputs: Unpack[InputSettings],
    ) -> None:
        """Build the network.

        Args:
            features: Columns of the table, F.
            hidden: Units of each hidden layer.
            numeric: How many columns, the first ones, are numeric; all if None.
            heads: Members of the ensemble, K.
            scales: A key of `SCALES`: how the heads' first scales are drawn.
            dropout: Probability that a hidden unit is dropped in training.
            activation: A key of `mlp.ACTIVATIONS`.
            inputs: Settings of `TabularInput`.

        Raises:
            SettingError: If there is no such activation, or no such way to draw scales.
        """
        super().__init__()
        self.input = TabularInput(features=features, numeric=numeric, **inputs)
        layers: list[nn.Module] = []
        scale = self._first_scale(heads, scales)
        for fan_out in hidden:
            layers += [EnsembleLinear(scale, fan_out), build_activation(activation)]
            layers += [nn.Dropout(dropout)] if dropout else []
            scale = torch.ones(heads, fan_out)
        self.layers = nn.Sequential(*layers)
        width = scale.shape[1]
        bound = 1 / math.sqrt(width)
        self.weight = nn.Parameter(torch.empty(heads, width).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(heads).uniform_(-bound, bound))

    def _first_scale(self, heads: int, scales: str) -> Tensor:
        if scales not in SCALES:
            raise SettingError(
                f"there are no scales '{scales}': choose one of {', '.join(SCALES)}."
            )
        chunks = torch.tensor(self.input.chunks)
        scale = SCALES[scales](torch.randn(heads, len(chunks)))
        return scale.repeat_interleave(chunks, dim=1)  # [K, I]

    def forward(self, x: Tensor) -> Tensor:
        """Predict from standardised rows [B, F], or [M, B, F] with parameters of M networks.

        Returns:
            In training each head's prediction, [B, K], for the mean of the heads' losses; in
            evaluation their mean, [B, 1].
        """
        states = self.layers(self.input(x)[..., None, :])  # [B, K, H]
        y: Tensor = (states * self.weight.unsqueeze(-3)).sum(dim=-1) + self.bias.unsqueeze(-2)
        return y if self.training else y.mean(dim=-1, keepdim=True)
