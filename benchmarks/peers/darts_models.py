"""The block LSTM and TiDE of darts."""

import logging
from typing import Any

import darts
from darts import TimeSeries
from darts.dataprocessing.transformers import Scaler
from darts.models import BlockRNNModel, TiDEModel
from sklearn.preprocessing import StandardScaler

from dl_pipelines.data.task import ForecastTask
from peers.protocol import Floats, Forecaster
from peers.series import TARGET, known_series

QUIET = {
    "accelerator": "cpu",
    "enable_progress_bar": False,
    "enable_model_summary": False,
    "logger": False,
}


def fit_model(
    kind: type[Any],
    task: ForecastTask,
    known: int,
    stop: int,
    *,
    seed: int,
    window: int,
    epochs: int,
    **model: Any,
) -> Floats:
    """Fit a model on the rows up to `known` and roll it over the rest, never fitted again."""
    for name in ("pytorch_lightning", "lightning.pytorch", "darts"):
        logging.getLogger(name).setLevel(logging.ERROR)
    frame = known_series(task, stop)
    inputs = [name for name in frame if name.startswith("x")]
    target = TimeSeries.from_dataframe(frame, value_cols=TARGET)
    covariates = TimeSeries.from_dataframe(frame, value_cols=inputs)
    scaled = [Scaler(StandardScaler()).fit(each[:known]) for each in (target, covariates)]
    y, x = (
        scaler.transform(each) for scaler, each in zip(scaled, (target, covariates), strict=True)
    )
    network = kind(
        input_chunk_length=window,
        output_chunk_length=1,
        n_epochs=epochs,
        random_state=seed,
        pl_trainer_kwargs=QUIET,
        **model,
    )
    network.fit(y[:known], past_covariates=x[:known])
    made = network.historical_forecasts(
        y, past_covariates=x, start=known + 1, forecast_horizon=1, retrain=False
    )
    if made.time_index.tolist() != list(range(known + 1, stop + 1)):
        raise ValueError(f"darts left out days between {known + 1} and {stop}")
    return scaled[0].inverse_transform(made).values()[:, 0].astype(float)


def fit_lstm(task: ForecastTask, known: int, stop: int, *, width: int, **settings: Any) -> Floats:
    """See `protocol.Fit`."""
    recurrent = {"model": "LSTM", "hidden_dim": width}
    return fit_model(BlockRNNModel, task, known, stop, **recurrent, **settings)


def fit_tide(task: ForecastTask, known: int, stop: int, *, width: int, **settings: Any) -> Floats:
    """See `protocol.Fit`."""
    return fit_model(TiDEModel, task, known, stop, hidden_size=width, **settings)


def forecasters() -> list[Forecaster]:
    """Each with eight choices; 25 and 128 are the default widths."""
    version = f"darts {darts.__version__}"
    shared: dict[str, list[Any]] = {"window": [10, 22], "epochs": [5, 20]}
    return [
        Forecaster("darts LSTM", fit_lstm, shared | {"width": [25, 64]}, version),
        Forecaster("darts TiDE", fit_tide, shared | {"width": [32, 128]}, version),
    ]
