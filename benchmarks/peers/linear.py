"""The terms of `har_ridge`, fitted once by least absolute errors.

The LSTM's loss is nearly one of absolute errors, a ridge's is of squares: beside this model one can
tell what of the LSTM's lead in absolute errors is the loss's doing.
"""

from typing import Any

import sklearn
from sklearn.linear_model import QuantileRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dl_pipelines.data.task import ForecastTask
from dl_pipelines.evaluation.baselines import HAR_TERMS
from peers.protocol import Floats, Forecaster


def fit(task: ForecastTask, known: int, stop: int, **_: Any) -> Floats:
    """See `protocol.Fit`; explains log(high[t+1] / close[t]), as `har_ridge` does."""
    log_ratio = task.targets[:known] * task.range_22[:known]
    model = make_pipeline(StandardScaler(), QuantileRegressor(quantile=0.5, alpha=0.0))
    model.fit(task.values[:known], log_ratio)
    forecasts: Floats = model.predict(task.values[known:stop]) / task.range_22[known:stop]
    return forecasts


def forecasters() -> list[Forecaster]:
    """One, without choices: it has no seed either."""
    version = f"scikit-learn {sklearn.__version__}"
    return [Forecaster("HAR terms, least absolute errors", fit, {}, version, inputs=HAR_TERMS)]
