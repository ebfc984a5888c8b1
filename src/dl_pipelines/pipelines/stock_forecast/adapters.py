"""From the champion's header and frames to plain arrays and arguments, and back."""

from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.data.task import ForecastTask
from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.evaluation.next_day import next_calibration, with_rolling_interval
from dl_pipelines.frames.newest import next_session
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.pipelines.members import states_by_seed
from dl_pipelines.training.forecasting import forecast_points, network_settings

SETTING = "stock_forecast.as_of"

_NEEDED = ("learnt_until", "calibration", "window", "features", "target")


def check_champion(champion: Weights, data_until: pd.Timestamp) -> None:
    """Find a champion that does not say what it is, or has seen the days to come.

    Raises:
        DataError: If its file lacks what a forecast needs.
        SettingError: If it has learnt from days after the last bar.
    """
    header = champion.header
    if missing := [name for name in _NEEDED if name not in header]:
        raise DataError(
            f"version {header['model_version']} of {header['model']} does not say '{missing[0]}': "
            f"make another champion by kedro run --pipeline {header['model']} --params "
            f"{header['model']}.registry.promote=always."
        )
    if pd.Timestamp(header["learnt_until"]) > data_until:
        raise SettingError(
            f"version {header['model_version']} of {header['model']} has learnt from days until "
            f"{header['learnt_until']}, and the bars end on {data_until:%Y-%m-%d}: set '{SETTING}' "
            f"to {header['learnt_until']} or a later day, or get newer bars."
        )


def champion_forecasts(champion: Weights, features: pd.DataFrame) -> pd.DataFrame:
    """What the champion forecasts on each day after those that it has learnt.

    Args:
        champion: Its networks.
        features: Features frame; its last row is that of the last bar.

    Returns:
        Columns date (the day forecast; NaT in the last row, whose day is not in the bars), actual
        (its high, NaN in the last row), persistence (the high of the day before), forecast (the
        mean of the seeds) and scale (expected size of the error), all but date in index points.

    Raises:
        SettingError: If there are too few bars for a window.
    """
    header = champion.header
    task = ForecastTask.from_frame(features, header["features"], header["target"])
    learnt = task.dates <= np.datetime64(header["learnt_until"])  # NaT is not
    new = np.flatnonzero(~learnt & (np.arange(len(learnt)) >= header["window"] - 1))
    if not len(new):
        raise SettingError(
            f"there are {len(features)} days with features, and a forecast needs "
            f"{header['window']}: use a longer span of bars."
        )
    states = [*states_by_seed(champion).values()]
    points = forecast_points(states, task, new, **network_settings(header)).mean(axis=0)
    rows = features.iloc[new]
    return pd.DataFrame(
        {
            "date": rows["target_date"].to_numpy(),
            "actual": rows["high_next"].to_numpy(),
            "persistence": rows["high"].to_numpy(),
            "forecast": points,
            "scale": task.scale(new),
        }
    )


def past_of(forecasts: pd.DataFrame, champion: Weights) -> pd.DataFrame:
    """The forecasts whose day has come, each with the interval it would have had."""
    calibration = champion.header["calibration"]
    settings = {name: calibration[name] for name in ("coverage", "window")}
    return with_rolling_interval(forecasts.iloc[:-1], **settings)


def calibration_of(
    champion: Weights, past: pd.DataFrame, data_until: pd.Timestamp
) -> dict[str, Any]:
    """What the interval of the next day rests on; see `evaluation.next_day.next_calibration`."""
    return next_calibration(past, champion.header["calibration"], data_until=data_until)


def named(champion: Weights, data_until: pd.Timestamp) -> dict[str, Any]:
    """What a forecast is said to be of: the day, the model, the last bar."""
    return {
        "date": f"{next_session(data_until):%Y-%m-%d}",
        "model_version": champion.header["model_version"],
        "data_until": f"{data_until:%Y-%m-%d}",
    }
