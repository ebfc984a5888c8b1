"""Settings that only the `stock_lstm` pipeline has."""

from typing import Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from dl_pipelines import params
from dl_pipelines.evaluation.champions import Promote
from dl_pipelines.params import RegressionLoss, Seeds, Settings

FeatureName = Literal[
    "high",
    "close",
    "return_1",
    "high_close",
    "low_close",
    "open_gap",
    "high_low",
    "volume_change",
    "range_5",
    "range_22",
    "abs_return",
]


class Network(Settings):
    """The LSTM; see `dl_pipelines.models.lstm.LSTMForecaster`.

    Attributes:
        hidden: Width of the hidden state.
        layers: Stacked LSTM layers.
        dropout: Share of units dropped in training, between the layers and before the head.
        skip_days: Days at the window's end that also reach the output by a linear map.
    """

    hidden: PositiveInt = 32
    layers: PositiveInt = 1
    dropout: float = Field(default=0.0, ge=0.0, lt=1.0)
    skip_days: NonNegativeInt = 0


class Forecaster(Settings):
    """What a forecaster sees, what it predicts, and its network.

    Attributes:
        name: What figures call it.
        features: Columns of the features frame, known at the close of day t.
        window: Days a forecast looks back on.
        target: `level` predicts the high itself; `range_scaled` the log ratio of the next high to
            the close, in units of the mean range of 22 days.
        architecture: A key of `dl_pipelines.models.ARCHITECTURES`.
        network: Settings of the architecture.
    """

    name: str
    features: tuple[FeatureName, ...] = Field(min_length=1)
    window: PositiveInt
    target: Literal["level", "range_scaled"]
    architecture: Literal["lstm"] = "lstm"
    network: Network = Network()


class Training(params.Training):
    """How a forecaster is trained.

    Attributes:
        loss: The training loss.
        patience: Epochs without a better validation loss before training stops and the best weights
            are restored. Null trains for all epochs, and then the weights that forecast the test
            are trained on the validation days too.
    """

    loss: RegressionLoss = RegressionLoss()


class Interval(Settings):
    """The conformal interval around a forecast.

    Attributes:
        coverage: Share of days that the interval should hold.
        window: Past days whose errors calibrate it.
    """

    coverage: float = Field(default=0.9, gt=0.0, lt=1.0)
    window: PositiveInt = 500


class Registry(Settings):
    """How a trained model becomes the champion of MLflow's registry.

    Attributes:
        promote: `better` takes the model with the smaller error on the validation days, where these
            are the champion's; `always` this run's; `never` leaves the champion as it is.
    """

    promote: Promote = "better"


class WalkForward(Settings):
    """An expanding window: train on all the past, forecast a block, move on.

    Attributes:
        refit_every: Days a block.
        seeds: One model a block is trained for each seed, some of the training's; their mean is
            the forecast.
    """

    refit_every: PositiveInt = 250
    seeds: Seeds = (0,)
