"""From the champion's header and frames to plain arrays and arguments, and back."""

from typing import Any

import pandas as pd

from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.next_day import next_calibration, with_rolling_interval
from dl_pipelines.frames.newest import next_session
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.pipelines.champions import check_header
from dl_pipelines.pipelines.newest_bars import check_kept

PIPELINE = "stock_forecast"

_NEEDED = ("learnt_until", "calibration", "window", "features", "target")


def check_champion(champion: Weights, bars: pd.DataFrame) -> None:
    """Find a champion that does not say what it is, or has seen the days to come.

    Raises:
        DataError: If its file lacks what a forecast needs.
        SettingError: If it has learnt from another symbol, or from days after the last bar.
    """
    header, data_until = champion.header, bars["date"].iloc[-1]
    check_header(champion, _NEEDED, bars)
    if pd.Timestamp(header["learnt_until"]) > data_until:
        raise SettingError(
            f"version {header['model_version']} of {header['model']} has learnt from days until "
            f"{header['learnt_until']}, and the bars end on {data_until:%Y-%m-%d}: set "
            f"'{PIPELINE}.as_of' "
            f"to {header['learnt_until']} or a later day, or get newer bars."
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


def check_forecast(forecast: pd.DataFrame, **own: Any) -> None:
    """Find a forecast of another champion or other bars, which a run before has left.

    Args:
        forecast: The forecast, one row.
        **own: What it should say by this run: `model_version`, `data_until`.

    Raises:
        SettingError: If it says something else.
    """
    node = f"{PIPELINE}.forecast_next_day"
    check_kept(forecast.iloc[0], own, what="forecast.csv", node=node)


def named(champion: Weights, data_until: pd.Timestamp) -> dict[str, Any]:
    """What a forecast is said to be of: the day, the model, the last bar."""
    return {
        "date": f"{next_session(data_until):%Y-%m-%d}",
        "model_version": champion.header["model_version"],
        "data_until": f"{data_until:%Y-%m-%d}",
    }
