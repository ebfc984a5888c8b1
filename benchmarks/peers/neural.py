"""NHITS and the LSTM of neuralforecast."""

import logging
import os
from typing import Any

os.environ.setdefault("NIXTLA_ID_AS_COL", "1")

import neuralforecast
from neuralforecast import NeuralForecast
from neuralforecast.losses.pytorch import MSE
from neuralforecast.models import LSTM, NHITS
from sklearn.preprocessing import StandardScaler

from dl_pipelines.data.task import ForecastTask
from peers.protocol import Floats, Forecaster
from peers.series import TARGET, known_series

QUIET = {
    "logger": False,
    "enable_checkpointing": False,
    "enable_progress_bar": False,
    "enable_model_summary": False,
    "accelerator": "cpu",
}
WINDOWS = 64  # a step, as ours: 250 and 1,000 steps are about 6 and 24 epochs, darts has 5 and 20


def fit_model(
    kind: type[Any],
    task: ForecastTask,
    known: int,
    stop: int,
    *,
    seed: int,
    window: int,
    steps: int,
    **model: Any,
) -> Floats:
    """Fit a model on the rows up to `known` and roll it over the rest, never fitted again."""
    for name in ("pytorch_lightning", "lightning.pytorch", "lightning_fabric", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.ERROR)
    series = known_series(task, stop)
    # by what the training rows say, as ours is; the library's own scaler looks at the test, too
    scaler = StandardScaler().set_output(transform="pandas").fit(series.loc[:known])
    frame = scaler.transform(series).rename_axis("ds").reset_index().assign(unique_id="csi300")
    inputs = [name for name in frame if name.startswith("x")]
    network = kind(
        h=1,
        input_size=window,
        max_steps=steps,
        hist_exog_list=inputs,
        windows_batch_size=WINDOWS,
        loss=MSE(),  # all are judged by squared errors, and darts learns by them; its own is MAE
        scaler_type="identity",  # the LSTM's own takes the level of the ranges from each window
        random_seed=seed,
        **model,
        **QUIET,
    )
    made = NeuralForecast([network], freq=1).cross_validation(
        frame, n_windows=None, test_size=stop - known, step_size=1, refit=False
    )
    made = made.sort_values("ds")
    if made["ds"].tolist() != list(range(known + 1, stop + 1)):
        raise ValueError(f"neuralforecast left out days between {known + 1} and {stop}")
    (column,) = set(made) - {"unique_id", "ds", "cutoff", TARGET, "index"}
    return made[column].to_numpy(float) * scaler.scale_[0] + scaler.mean_[0]


def fit_nhits(task: ForecastTask, known: int, stop: int, *, width: int, **settings: Any) -> Floats:
    """See `protocol.Fit`."""
    units = 3 * [[width, width]]
    # one day ahead there is nothing to pool or to interpolate
    flat: dict[str, Any] = {"n_pool_kernel_size": [1, 1, 1], "n_freq_downsample": [1, 1, 1]}
    return fit_model(NHITS, task, known, stop, mlp_units=units, **flat, **settings)


def fit_lstm(task: ForecastTask, known: int, stop: int, *, width: int, **settings: Any) -> Floats:
    """See `protocol.Fit`."""
    return fit_model(LSTM, task, known, stop, encoder_hidden_size=width, **settings)


def forecasters() -> list[Forecaster]:
    """Each with eight choices; the larger width and the larger number of steps are the defaults."""
    version = f"neuralforecast {neuralforecast.__version__}"
    shared: dict[str, list[Any]] = {"window": [10, 22], "steps": [250, 1000]}
    return [
        Forecaster("neuralforecast NHITS", fit_nhits, shared | {"width": [64, 512]}, version),
        Forecaster("neuralforecast LSTM", fit_lstm, shared | {"width": [32, 128]}, version),
    ]
