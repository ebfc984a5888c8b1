"""Forecast against truth: the whole test part, its last days, and the interval's coverage.

All take the `forecasts` frame already cut to the test part: one row a forecast day with the
columns date, actual, persistence (the high of the day before), forecast, lower, upper (index
points) and one column a seed where there are several.
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.metrics import rmse, skill


def forecast_against_truth(
    forecasts: pd.DataFrame, variant: str, *, coverage: float = 0.9
) -> Figure:
    """Forecast and actual high over all test days, and the errors in their interval.

    Over hundreds of days two good curves cover each other; the lower panel shows what is left
    between them. Book figure 7-18, the whole.

    Args:
        forecasts: The test part, as above.
        variant: Name of the variant.
        coverage: The coverage aimed at by the interval, a fraction.

    Returns:
        Two panels: levels, and actual minus forecast, both in index points.
    """
    gain, finding = _finding(forecasts, variant)
    figure, (levels, errors) = style.canvas(
        finding,
        style.seeds_note(forecasts),
        style.RANGE_NOTE if gain > 0 else "",
        rows=2,
        height=6.0,
        sharex=True,
        height_ratios=[2, 1],
    )
    draw_band(levels, forecasts, variant, coverage=coverage)
    _draw_levels(levels, forecasts, variant, width=1.0)
    draw_band(errors, forecasts, variant, coverage=coverage, around=forecasts["forecast"])
    _draw_errors(errors, forecasts)
    return figure


def forecast_zoom(
    forecasts: pd.DataFrame, variant: str, days: int = 60, *, coverage: float = 0.9
) -> Figure:
    """The last test days, near enough to see whether the forecast leads or trails.

    Yesterday's high is drawn beside the forecast: a forecast that lies on it has learnt nothing.
    Book figure 7-18, the detail.

    Args:
        forecasts: The test part, as above.
        variant: Name of the variant.
        days: How many of the last days to show.
        coverage: The coverage aimed at by the interval, a fraction.

    Returns:
        One panel, in index points.
    """
    last = forecasts.tail(days)
    _, finding = _finding(last, variant, f", last {len(last)} days")
    figure, (panel,) = style.canvas(
        finding,
        style.seeds_note(last),
        "A forecast that runs along yesterday's high has learnt nothing",
    )
    draw_band(panel, last, variant, coverage=coverage)
    panel.plot(
        last["date"],
        last["persistence"],
        linestyle="--",
        linewidth=1.1,
        color=style.colour("persistence"),
        label=style.name("persistence"),
    )
    _draw_levels(panel, last, variant, width=1.6, marker="o", markersize=3)
    style.date_axis(panel, "Forecast day", last["date"])
    return figure


def interval_coverage(
    forecasts: pd.DataFrame, variant: str, *, coverage: float = 0.9, window: int = 250
) -> Figure:
    """How often the interval held the actual high, and how wide it was, over rolling days.

    Args:
        forecasts: The test part, as above; days without an interval (NaN) are left out.
        variant: Name of the variant.
        coverage: The coverage aimed at, a fraction.
        window: Days of the rolling mean.

    Returns:
        Two panels: coverage in %, with the band of ± 1.96 binomial standard errors, and width in
        index points.
    """
    known = forecasts.dropna(subset=["lower", "upper"])
    inside = known["actual"].between(known["lower"], known["upper"])
    width = known["upper"] - known["lower"]
    window = min(window, len(known))
    figure, (share, size) = style.canvas(
        f"{style.name(variant)}: the {style.percent(coverage, 0)} interval held the high on "
        f"{style.percent(inside.mean())} of the days and was {width.mean():,.0f} points wide",
        f"Rolling means of the last {window} days",
        f"Grey band: chance around {style.percent(coverage, 0)}, ± 1.96 binomial standard errors",
        rows=2,
        height=5.4,
        sharex=True,
    )
    chance = 1.96 * np.sqrt(coverage * (1 - coverage) / window)
    share.axhspan(100 * (coverage - chance), 100 * (coverage + chance), fc=style.SHADE, zorder=0)
    share.axhline(100 * coverage, color=style.MUTED, linestyle="--", linewidth=1)
    for panel, values in ((share, 100 * inside), (size, width)):
        mean = values.rolling(window).mean()
        panel.plot(known["date"], mean, color=style.colour(variant), linewidth=1.6)
    share.set_ylabel("Days inside (%)")
    size.set_ylabel("Width (index points)")
    style.thousands(size.yaxis)
    style.date_axis(size, "Forecast day", known["date"])
    return figure


def draw_band(
    panel: Axes,
    forecasts: pd.DataFrame,
    variant: str,
    *,
    coverage: float,
    around: pd.Series | float = 0.0,
) -> None:
    """The interval less `around`."""
    panel.fill_between(
        forecasts["date"],
        forecasts["lower"] - around,
        forecasts["upper"] - around,
        color=style.colour(variant),
        alpha=0.22,
        linewidth=0,
        label=f"{style.percent(coverage, 0)} interval",
    )


def _draw_levels(
    panel: Axes, forecasts: pd.DataFrame, variant: str, *, width: float, **marks: Any
) -> None:
    """The actual high and the forecast, with the axis they need."""
    days, own = forecasts["date"], style.colour(variant)
    panel.plot(days, forecasts["actual"], color=style.INK, lw=width, label="Actual high", **marks)
    label = f"{style.name(variant)} forecast"
    panel.plot(days, forecasts["forecast"], color=own, linewidth=width, label=label)
    panel.set_ylabel("Daily high (index points)")
    style.thousands(panel.yaxis)
    style.legend(panel)


def _draw_errors(panel: Axes, forecasts: pd.DataFrame) -> None:
    """Actual minus forecast, a dot a day, told apart by the interval."""
    error = forecasts["actual"] - forecasts["forecast"]
    outside = ~forecasts["actual"].between(forecasts["lower"], forecasts["upper"])
    for label, part, colour in (
        (f"Inside: {style.percent(1 - outside.mean())}", ~outside, style.MUTED),
        (f"Outside: {style.percent(outside.mean())}", outside, style.ALERT),
    ):
        panel.plot(forecasts["date"][part], error[part], ".", ms=3, color=colour, label=label)
    panel.set_ylabel("Actual \N{MINUS SIGN} forecast\n(index points)")
    style.thousands(panel.yaxis)
    style.date_axis(panel, "Forecast day", forecasts["date"])
    style.legend(
        panel, ncols=3, loc="lower right", bbox_to_anchor=(1, 0.98), borderpad=0, markerscale=3
    )


def _finding(forecasts: pd.DataFrame, variant: str, when: str = "") -> tuple[float, str]:
    """Skill against yesterday's high, a fraction, and the same in words."""
    actual, forecast = forecasts["actual"], forecasts["forecast"]
    gain = skill(actual, forecast, forecasts["persistence"])
    side = "better" if gain > 0 else "worse"
    return gain, (
        f"{style.name(variant)}{when}: RMSE {rmse(actual, forecast):.1f} points, "
        f"{style.percent(abs(gain))} {side} than yesterday's high"
    )
