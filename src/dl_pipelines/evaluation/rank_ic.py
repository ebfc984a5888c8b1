"""Whether forecasts put the symbols of a day into the right order."""

from collections.abc import Sequence

import pandas as pd

MIN_SYMBOLS = 5
"""Symbols of a day from which on their order says something."""


def rank_ic(
    panel: pd.DataFrame, forecasters: Sequence[str] = ("har_ridge", "forecast")
) -> pd.DataFrame:
    """The cross-sectional rank information coefficient of each day.

    Spearman's correlation, over the symbols of a day, between the forecast and the actual log
    ratio of the high to the close before (Grinold and Kahn, "Active Portfolio Management", 2000).
    A high lies the farther above the close the more a symbol moves, so much of the order is that
    of the symbols' volatilities; the coefficient of a reference shows how much.

    Args:
        panel: A panel of forecasts; see `dl_pipelines.evaluation.panel`.
        forecasters: Columns whose coefficients are wanted.

    Returns:
        One row a day that has `MIN_SYMBOLS` symbols or more and no order that is one tie: date,
        symbols (how many) and a column a forecaster, -1 to 1.
    """
    names = ["actual", *forecasters]
    day = panel["date"]
    ranks = panel[names].div(panel["close"], axis=0).groupby(day).rank()  # as of the logarithms
    centred = ranks - ranks.groupby(day).transform("mean")
    spread = centred.pow(2).groupby(day).sum().pow(0.5)
    table = pd.DataFrame({"symbols": panel.groupby("date").size()})
    for name in forecasters:
        shared = (centred["actual"] * centred[name]).groupby(day).sum()
        scale = spread["actual"] * spread[name]
        table[name] = shared / scale.where(scale > 0.0)
    return table[table["symbols"] >= MIN_SYMBOLS].dropna().reset_index()


def rank_ic_summary(days: pd.DataFrame) -> dict[str, float]:
    """The mean of daily coefficients, and how steady it is; empty where there is no day.

    Args:
        days: Frame of `rank_ic`.

    Returns:
        `rank_ic` (mean), `rank_ic_positive` (share of days above 0) and, where they differ,
        `rank_ic_ratio` (mean over standard deviation) of the forecast; of another forecaster
        `<name>.rank_ic` and so on.
    """
    summary: dict[str, float] = {}
    for name in days.columns.difference(["date", "symbols"]) if len(days) else ():
        prefix = "" if name == "forecast" else f"{name}."
        mean, deviation = days[name].mean(), days[name].std()
        summary[f"{prefix}rank_ic"] = float(mean)
        summary[f"{prefix}rank_ic_positive"] = float((days[name] > 0.0).mean())
        if deviation > 0.0:
            summary[f"{prefix}rank_ic_ratio"] = float(mean / deviation)
    return summary
