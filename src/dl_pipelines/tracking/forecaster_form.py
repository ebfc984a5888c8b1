"""What makes MLflow's form of a forecaster: code, weights, and what they need."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.evaluation.calibration import interval_columns
from dl_pipelines.tracking.code_form import model_from_code

_EXAMPLE_DAYS = 5  # more than needed


def served_forecaster(file: Path, header: Mapping[str, Any]) -> dict[str, Any]:
    """The mean of forecasters as a function of daily bars, without a pickle.

    Args:
        file: A file of `SafetensorsDataset`.
        header: Its header: that of a forecaster (`window`, `features`, …) and `calibration`, as
            `evaluation.calibration.calibrate` makes it.

    Returns:
        The arguments of `mlflow.pyfunc.save_model`, and `flavor`; what is served takes daily bars
        and gives the next high with its interval.
    """
    # heavy: imported when used
    from mlflow.models import ModelSignature  # noqa: PLC0415
    from mlflow.types.schema import ColSpec, DataType, Schema  # noqa: PLC0415

    from dl_pipelines.frames.features import bars_needed  # noqa: PLC0415

    needed = bars_needed(header["window"])
    outputs = ["forecast", *interval_columns(header["calibration"]["coverage"])]
    arguments = model_from_code(
        "served_forecaster",
        file,
        example=_example(needed + _EXAMPLE_DAYS),
        metadata={
            **header,
            "input": f"daily bars, ascending, at least {needed}: date (YYYY-MM-DD, may be left "
            "out), open, high, low, close (index points), volume (shares)",
            "output": f"one row, index points: {', '.join(outputs)}",
        },
        packages=("filelock", "joblib", "pandera"),
    )
    points = Schema([ColSpec(DataType.double, name) for name in outputs])
    # Nothing of the inputs: what is missing or wrong is for the model to say, in a sentence; MLflow
    # would fail before at a repeated column, and at CSV.
    return arguments | {"signature": ModelSignature(outputs=points)}


def _example(days: int) -> pd.DataFrame:
    """Made-up bars around 4,000 points."""
    close = 4000.0 + 20.0 * np.sin(np.arange(days))
    return pd.DataFrame(
        {
            "date": pd.bdate_range("2025-01-02", periods=days).strftime("%Y-%m-%d"),
            "open": close - 5.0,
            "high": close + 25.0,
            "low": close - 25.0,
            "close": close,
            "volume": 1e10 + 1e8 * np.arange(days),
        }
    )
