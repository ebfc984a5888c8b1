"""Settings of `stock_lstm` on a universe of symbols."""

from typing import Literal

from pydantic import Field, PositiveInt

from dl_pipelines.params import Settings
from dl_pipelines.pipelines.stock_lstm.params import FeatureName, Network


class SymbolNetwork(Network):
    """The LSTM that all symbols share; see `dl_pipelines.models.symbol_lstm.SymbolLSTM`.

    Attributes:
        embedding: Numbers that are learnt of each symbol.
        unknown: Probability that a window's symbol is hidden in training.
    """

    embedding: PositiveInt = 8
    unknown: float = Field(default=0.1, ge=0.0, lt=1.0)


class UniverseForecaster(Settings):
    """What the network of all symbols sees and predicts.

    Attributes:
        name: What figures call it.
        features: Columns of the features frame, known at the close of day t.
        window: Days a forecast looks back on.
        target: `range_scaled`: the log ratio of the next high to the close, in units of the mean
            range of 22 days, which makes symbols of any price and volatility comparable.
        architecture: A key of `dl_pipelines.models.ARCHITECTURES`.
        network: Settings of the architecture.
    """

    name: str
    features: tuple[FeatureName, ...] = Field(min_length=1)
    window: PositiveInt
    target: Literal["range_scaled"] = "range_scaled"
    architecture: Literal["symbol_lstm"] = "symbol_lstm"
    network: SymbolNetwork = SymbolNetwork()


class References(Settings):
    """The reference forecasts of each symbol.

    Attributes:
        refit_every: Days between two fits of a symbol's HAR ridge.
    """

    refit_every: PositiveInt = 250
