"""Nodes of `stock_forecast`: thin adapters between the catalog and the layers below."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.next_day import next_day_metrics, next_forecast
from dl_pipelines.evaluation.next_day_verdict import next_day_verdict
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.pipelines.champions import champion_forecasts
from dl_pipelines.pipelines.newest_bars import check_last_day, known_bars
from dl_pipelines.pipelines.stock_forecast.adapters import (
    PIPELINE,
    calibration_of,
    check_champion,
    check_forecast,
    named,
    past_of,
)
from dl_pipelines.pipelines.stock_forecast.params import NextDay


def choose_bars(
    daily_bars: pd.DataFrame, clock: pd.Timestamp, champion: Weights, next_day: NextDay
) -> pd.DataFrame:
    """Take the bars that may be used, if they are new enough and the champion is not newer."""
    known = known_bars(daily_bars, clock, next_day, pipeline=PIPELINE)
    check_champion(champion, known)
    return known


def forecast_next_day(
    champion: Weights, features: pd.DataFrame, clock: pd.Timestamp, next_day: NextDay
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Forecast the day after the last bar, and all days before it that are new to the champion."""
    data_until = features["date"].iloc[-1]
    check_last_day(data_until, clock, next_day, pipeline=PIPELINE)  # a run may begin here
    check_champion(champion, features)
    forecasts = champion_forecasts(champion, features)
    past, last = past_of(forecasts, champion), forecasts.iloc[-1]
    calibration = calibration_of(champion, past, data_until)
    told = named(champion, data_until)
    return next_forecast(last["forecast"], last["scale"], calibration, **told), past, calibration


def report_forecast(
    *,
    forecast: pd.DataFrame,
    past: pd.DataFrame,
    calibration: dict[str, Any],
    champion: Weights,
    clock: pd.Timestamp,
    next_day: NextDay,
) -> tuple[dict[str, float], str, dict[str, str]]:
    """Give the forecast in numbers and in words, and say what it was made by."""
    data_until = pd.Timestamp(forecast["data_until"].iloc[0])
    check_last_day(data_until, clock, next_day, pipeline=PIPELINE)
    check_forecast(forecast, model_version=champion.header["model_version"])
    verdict = next_day_verdict(forecast, past, calibration, champion.header)
    names = ("model", "model_version", "run_id")
    tags = {f"champion.{name}": str(champion.header[name]) for name in names}
    return next_day_metrics(forecast, past, calibration), verdict, tags


def draw_forecast(
    *,
    forecast: pd.DataFrame,
    past: pd.DataFrame,
    calibration: dict[str, Any],
    daily_bars: pd.DataFrame,
    clock: pd.Timestamp,
    next_day: NextDay,
) -> dict[str, Figure]:
    """Draw the last highs, what was forecast of them, and the next one."""
    last = daily_bars["date"].iloc[-1]
    check_last_day(last, clock, next_day, pipeline=PIPELINE)
    check_forecast(forecast, data_until=f"{last:%Y-%m-%d}")
    shown, coverage = daily_bars.tail(next_day.shown_days), calibration["coverage"]
    return {"next_day.png": figures.next_day(shown, past, forecast, coverage=coverage)}
