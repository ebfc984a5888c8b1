"""What the pipelines do that take the champion of `stock_lstm` from the registry."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from dl_pipelines.data.task import ForecastTask
from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.pipelines.members import states_by_seed
from dl_pipelines.training.forecasting import forecast_points, network_settings


def check_header(champion: Weights, needed: Iterable[str], bars: pd.DataFrame) -> None:
    """Find a champion that does not say what it is, or is of another symbol.

    Args:
        champion: Its networks.
        needed: Keys that its header must have, beside `ts_code`.
        bars: Daily bars or features; `attrs["ts_code"]` is their symbol, if it is known.

    Raises:
        DataError: If one is missing.
        SettingError: If it has learnt from the bars of another symbol.
    """
    header, symbol = champion.header, bars.attrs.get("ts_code")
    named = f"version {header['model_version']} of {header['model']}"
    another = (
        f"another champion by kedro run --pipeline {header['model']} --params "
        f"{header['model']}.registry.promote=always"
    )
    if missing := [name for name in (*needed, "ts_code") if header.get(name) is None]:
        raise DataError(f"{named} does not say '{missing[0]}': make {another}.")
    if symbol not in (None, header["ts_code"]):
        raise SettingError(
            f"{named} has learnt from bars of {header['ts_code']}, and these are of {symbol}: set "
            f"'stock.ts_code' to {header['ts_code']}, or make {another},stock.ts_code={symbol}."
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
