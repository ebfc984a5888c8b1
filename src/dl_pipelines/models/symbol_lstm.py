"""One forecaster for many symbols, read top to bottom.

Shapes: B batch, T time, F features, E numbers of an embedding, O outputs.
"""

from typing import Any

import torch
from torch import Tensor, nn

from dl_pipelines.models.lstm import LSTMForecaster

UNKNOWN = 0
"""The number of any symbol that was not learnt; those that were are numbered from 1."""


class SymbolLSTM(nn.Module):
    """An `LSTMForecaster` that all symbols share, with a learnt vector for each of them.

    The vector stands beside the features of each day, as in global forecasting models (DeepAR:
    Salinas et al., International Journal of Forecasting 36, 2020). All vectors start as zero, so
    symbols begin as one and differ by what is learnt of each. In training some windows are of the
    symbol `UNKNOWN`, whose vector so fits any symbol.

    The last feature of a day is the number of its symbol: a window is one tensor, as those of the
    other forecasters.
    """

    def __init__(
        self,
        *,
        features: int,
        symbols: int,
        embedding: int = 8,
        unknown: float = 0.1,
        **network: Any,
    ) -> None:
        """Build the network.

        Args:
            features: Inputs a day, F, of which the last is the number of the symbol.
            symbols: Symbols to learn.
            embedding: Numbers that describe a symbol, E.
            unknown: Probability that a window's symbol is unknown in training.
            network: Settings of `LSTMForecaster`, without `features`.
        """
        super().__init__()
        self.unknown = unknown
        self.embedding = nn.Embedding(symbols + 1, embedding)
        nn.init.zeros_(self.embedding.weight)
        self.net = LSTMForecaster(features=features - 1 + embedding, **network)

    def forward(self, x: Tensor) -> Tensor:
        """Forecast from windows [B, T, F], oldest day first; returns [B, O]."""
        symbol = x[:, -1, -1].long()  # [B]
        if self.training and self.unknown:
            hidden = torch.rand(symbol.shape, device=x.device) < self.unknown
            symbol = symbol.masked_fill(hidden, UNKNOWN)
        vector = self.embedding(symbol)[:, None].expand(-1, x.shape[1], -1)  # [B, T, E]
        y: Tensor = self.net(torch.cat([x[..., :-1], vector], dim=-1))  # [B, T, F - 1 + E]
        return y
