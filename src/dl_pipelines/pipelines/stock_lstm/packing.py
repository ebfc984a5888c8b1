"""What a forecaster that is served, registered and monitored takes along beside its networks."""

from datetime import date

import numpy as np
import pandas as pd

from dl_pipelines.data.task import ForecastTask
from dl_pipelines.evaluation.calibration import calibrate
from dl_pipelines.evaluation.drift_errors import validation_record
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.pipelines.stock_lstm.params import Interval


def pack_calibration(
    weights: Weights,
    forecasts: pd.DataFrame,
    task: ForecastTask,
    *,
    test_start: date,
    interval: Interval,
    ts_code: str | None,
) -> Weights:
    """The same networks, the calibration of the next day's interval, and what validation found.

    The symbol of their bars goes with them: no other's bars may be forecast by them.
    """
    scale = task.scale(np.searchsorted(task.dates, forecasts["date"].to_numpy("datetime64[ns]")))
    found = {
        "ts_code": ts_code,
        "calibration": calibrate(forecasts, scale, **interval.model_dump()),
        "validation": validation_record(
            forecasts, scale, before=test_start, coverage=interval.coverage
        ),
    }
    return Weights(weights.state, weights.header | found)
