"""What the registry is told of a forecaster: its score, and what that depends on."""

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.evaluation.metrics import rmse
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Holdout
from dl_pipelines.training.forecasting import identity_of

_DIGITS = 16


def candidate_of(
    forecaster: Weights, forecasts: pd.DataFrame, features: pd.DataFrame, holdout: Holdout
) -> dict[str, Any]:
    """What a forecaster is judged by.

    Args:
        forecaster: Its networks.
        forecasts: Forecasts frame; the days before the test are those that validated.
        features: Features frame.
        holdout: The split.

    Returns:
        `identity` of its weights and of all that its header says but its name, so of its
        calibration, too; `ts_code`, the symbol, or None; `digest` of what the score depends on: all
        that was known before the test, and which days validated; `validation_rmse` of the seeds'
        mean, index points; `validation_days`.
    """
    test_start = pd.Timestamp(holdout.test_start)
    valid = forecasts[forecasts["date"] < test_start]
    known = features[features["target_date"] < test_start]
    return {
        "identity": identity_of(forecaster.state, forecaster.header),
        "ts_code": forecaster.header.get("ts_code"),
        "digest": _digest(known, valid[["date", "actual"]]),
        "validation_rmse": rmse(valid["actual"], valid["forecast"]),
        "validation_days": len(valid),
    }


def _digest(*frames: pd.DataFrame) -> str:
    """A digest of all values of frames, to the last bit."""
    digest = hashlib.sha256()
    for frame in frames:
        for name, column in frame.items():
            values = column.to_numpy()
            if values.dtype.kind == "M":  # dates, in whatever unit
                values = values.astype("datetime64[D]").astype(np.int64)
            digest.update(f"{name} {values.shape}".encode())
            digest.update(np.ascontiguousarray(values, dtype="<f8").data)
    return digest.hexdigest()[:_DIGITS]
