"""LSTM forecaster, read top to bottom.

Shapes: B batch, T time, F features, H hidden units, K days of the linear skip, O outputs.
"""

from torch import Tensor, nn

from dl_pipelines.errors import SettingError


class LSTMForecaster(nn.Module):
    """An LSTM over a window of days, a linear head on its last state, and a linear skip.

    The skip is an autoregression on the last days, as in LSTNet (Lai et al. 2018): it takes the
    linear part of the answer, so the recurrence is left with the rest. The book's network (7.8)
    is `features=1` without a skip.

    Weights start as torch's layers do: uniform, within one over the root of a layer's width.
    """

    def __init__(
        self,
        *,
        features: int,
        hidden: int,
        layers: int = 1,
        dropout: float = 0.0,
        skip_days: int = 0,
        outputs: int = 1,
    ) -> None:
        """Build the network.

        Args:
            features: Inputs a day, F.
            hidden: Units of a layer, H.
            layers: LSTM layers on top of each other.
            dropout: Probability that a hidden unit is dropped in training, between the layers
                and before the head; the skip has none.
            skip_days: Last days of the window that also reach the output linearly, K ≤ T.
            outputs: Numbers to forecast, O.
        """
        super().__init__()
        self.skip_days = skip_days
        between_layers = dropout if layers > 1 else 0.0  # torch warns if there is no between
        self.lstm = nn.LSTM(features, hidden, layers, batch_first=True, dropout=between_layers)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(hidden, outputs)
        self.skip = nn.Linear(skip_days * features, outputs, bias=False) if skip_days else None

    def forward(self, x: Tensor) -> Tensor:
        """Forecast from windows [B, T, F], oldest day first; returns [B, O].

        Raises:
            SettingError: If the windows are shorter than the skip.
        """
        if x.shape[1] < self.skip_days:
            raise SettingError(
                f"the setting 'skip_days' is {self.skip_days}, a window has {x.shape[1]} days: "
                "lower it or raise 'window'."
            )
        states, _ = self.lstm(x)  # [B, T, H]
        y: Tensor = self.head(self.dropout(states[:, -1]))  # [B, O]
        if self.skip is not None:
            y = y + self.skip(x[:, -self.skip_days :].flatten(1))  # [B, K * F] -> [B, O]
        return y
