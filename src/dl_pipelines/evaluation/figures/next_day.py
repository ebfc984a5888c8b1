"""The forecast of the next day beside the last days."""

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation.calibration import interval_columns
from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.figures.forecasts import draw_band

_VARIANT = "lstm"  # whose colour it is


def next_day(
    bars: pd.DataFrame, past: pd.DataFrame, forecast: pd.DataFrame, *, coverage: float = 0.9
) -> Figure:
    """The last highs, what was forecast of them, and the next high with its interval.

    Args:
        bars: The last daily bars: date and high (index points).
        past: Forecasts of days that the forecaster had not learnt: date, forecast, lower and upper
            (index points; NaN where there was no interval yet).
        forecast: One row: date (ISO), forecast and, by the coverage, lower_90 and upper_90 (index
            points), model_version.
        coverage: The coverage aimed at by the intervals, a fraction.

    Returns:
        One panel, in index points.
    """
    row, own = forecast.iloc[0], style.colour(_VARIANT)
    point, day = row["forecast"], pd.Timestamp(row["date"])
    lower, upper = (row[name] for name in interval_columns(coverage))
    figure, (panel,) = style.canvas(
        f"The high of {row['date']} is forecast at {point:,.0f} points, and with "
        f"{style.percent(coverage, 0)} between {lower:,.0f} and {upper:,.0f}",
        f"By version {row['model_version']} of the champion",
        style.source_note(bars),
        "Past days: forecasts and intervals as they would have been made on the evening before",
    )
    shown = past[past["date"] >= bars["date"].iloc[0]]
    banded = shown.dropna(subset=["lower", "upper"])
    if len(banded):
        draw_band(panel, banded, _VARIANT, coverage=coverage)
    days, highs = bars["date"], bars["high"]
    panel.plot(days, highs, color=style.INK, lw=1.6, marker="o", ms=3, label="Actual high")
    if len(shown):
        made = "Forecast of past days"
        panel.plot(shown["date"], shown["forecast"], color=own, linewidth=1.6, label=made)
    panel.errorbar(
        [day.to_datetime64()],
        [point],
        yerr=[[point - lower], [upper - point]],
        fmt="D",
        markersize=5,
        color=style.ALERT,
        capsize=4,
        label=f"Next day, {style.percent(coverage, 0)} interval",
    )
    panel.set_ylabel("Daily high (index points)")
    style.thousands(panel.yaxis)
    style.legend(panel)
    style.date_axis(panel, "Day", pd.concat([days, pd.Series([day])]))
    return figure
