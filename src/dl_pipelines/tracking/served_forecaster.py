"""The forecaster that MLflow serves, as code that it keeps beside the weights.

A graph (`pt2`) takes windows of features: a served forecaster takes daily bars as they come and
computes its features itself.
"""

import json
from typing import Any

import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import ErrorCode
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from dl_pipelines.data.task import ForecastTask
from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.calibration import interval_columns
from dl_pipelines.frames.features import bars_needed, daily_features
from dl_pipelines.frames.requests import bars_of_request
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.tracking.code_form import WEIGHTS
from dl_pipelines.training.forecasting import forecast_points, network_settings

_BAD_REQUEST = ErrorCode.Value("INVALID_PARAMETER_VALUE")  # status 400


class RefusedBarsError(MlflowException):
    """Bars that cannot be forecast from; a server answers with 400 and the sentence alone."""

    def __init__(self, sentence: str) -> None:
        """Say what is wrong with them."""
        super().__init__(sentence, error_code=_BAD_REQUEST)
        self._sentence = sentence

    def serialize_as_json(self) -> str:
        """The server's answer; MLflow's own puts a print of all the bars before the sentence."""
        return json.dumps({"error_code": self.error_code, "message": self._sentence})


class ServedForecaster(PythonModel):
    """The high of the day after the last bar, by the mean of the networks of all seeds."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the networks and the calibration of their interval."""
        self._weights = SafetensorsDataset(context.artifacts[WEIGHTS]).load()

    # MLflow leaves out the context where it is not asked for.
    def predict(  # type: ignore[override]
        self, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Forecast the next high.

        Args:
            model_input: A frame of daily bars, one row a trading day, ascending: open, high, low,
                close (index points), volume (shares), and possibly date (YYYY-MM-DD).
            params: None are known.

        Returns:
            One row: forecast and, by the coverage of the interval, lower_90 and upper_90 (index
            points).

        Raises:
            RefusedBarsError: If the bars are too few or wrong, naming row and column.
        """
        try:
            needed = bars_needed(self._weights.header["window"])
            bars = bars_of_request(model_input, at_least=needed)
        except DataError as error:
            raise RefusedBarsError(str(error)) from None
        return next_high(self._weights, bars)


def next_high(weights: Weights, bars: pd.DataFrame) -> pd.DataFrame:
    """Forecast the high of the day after the last of checked bars; see `ServedForecaster`."""
    header, features = weights.header, daily_features(bars)
    task = ForecastTask.from_frame(features, header["features"], header["target"])
    last = np.array([len(features) - 1])
    states = [*weights.members().values()]
    points = forecast_points(states, task, last, **network_settings(header)).mean(axis=0)
    half = header["calibration"]["quantile"] * task.scale(last)
    lower, upper = interval_columns(header["calibration"]["coverage"])
    return pd.DataFrame({"forecast": points, lower: points - half, upper: points + half})


set_model(ServedForecaster())
