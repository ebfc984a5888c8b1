"""A champion's errors over all days that it has not learnt."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style

_NOTES = (
    "Shaded: the days that are judged · Dashed: meant, or found in validation · Grey: coverage of "
    "95 % of such windows by chance, were misses independent; error within the limit"
)


def drift_errors(
    forecasts: pd.DataFrame,
    record: Mapping[str, Any],
    *,
    error_ratio: float,
    recent_days: int,
    rolling_days: int,
) -> Figure:
    """Coverage of the interval, error and skill over rolling days.

    Args:
        forecasts: As `drift_errors.judge_errors` takes them, with a column date.
        record: Of `drift_errors.validation_record`.
        error_ratio: Scaled RMSE over that of the validation that is too large.
        recent_days: Days that are judged, the last ones; they are shaded.
        rolling_days: Days of the rolling means, at most.

    Returns:
        Three panels: coverage in %, RMSE in mean ranges, skill against close times a constant in %.
    """
    days, window = forecasts["date"], min(rolling_days, len(forecasts))
    inside = forecasts["actual"].between(forecasts["lower"], forecasts["upper"])
    recent, coverage = slice(-recent_days, None), record["coverage"]
    figure, (share, error, skill) = style.canvas(
        f"On the last {len(forecasts[recent]):,} days the "
        f"{style.percent(coverage, 0)} interval held the high on "
        f"{style.percent(inside[recent].mean())}",
        f"Rolling means of {window} days",
        _NOTES,
        rows=3,
        height=7.6,
        sharex=True,
    )
    _draw_coverage(share, days, inside, coverage, window)
    _draw_error(error, forecasts, record["scaled_rmse"], error_ratio, window)
    _draw_skill(skill, forecasts, record["skill_vs_close_naive"], window)
    for panel in (share, error, skill):
        panel.axvspan(days[recent].iloc[0], days.iloc[-1], fc=style.ACCENT, alpha=0.07, zorder=0)
    style.date_axis(skill, "Forecast day", days)
    return figure


def _draw_coverage(
    panel: Axes, days: pd.Series, inside: pd.Series, coverage: float, window: int
) -> None:
    from scipy.stats import binom  # noqa: PLC0415 - heavy: imported when used

    low, high = (100.0 * bound / window for bound in binom.interval(0.95, window, coverage))
    panel.axhspan(low, high, fc=style.FAINT, zorder=0)
    panel.axhline(100.0 * coverage, color=style.MUTED, linestyle="--", linewidth=1)
    panel.plot(days, 100.0 * inside.rolling(window).mean(), color=style.colour("lstm"), lw=1.6)
    panel.set_ylabel("Days inside (%)")


def _draw_error(
    panel: Axes, forecasts: pd.DataFrame, validation: float, ratio: float, window: int
) -> None:
    squares = ((forecasts["actual"] - forecasts["forecast"]) / forecasts["scale"]) ** 2
    rolling = np.sqrt(squares.rolling(window).mean())
    panel.axhspan(validation / ratio, validation * ratio, fc=style.FAINT, zorder=0)
    panel.axhline(validation, color=style.MUTED, linestyle="--", linewidth=1, label="Validation")
    panel.axhline(validation * ratio, color=style.ALERT, linewidth=1, label=f"Limit, × {ratio:g}")
    panel.plot(forecasts["date"], rolling, color=style.colour("lstm"), linewidth=1.6)
    panel.set_ylabel("RMSE\n(mean ranges of 22 days)")
    style.legend(panel, ncols=2)


def _draw_skill(panel: Axes, forecasts: pd.DataFrame, validation: float, window: int) -> None:
    errors = (
        np.sqrt(((forecasts["actual"] - forecasts[name]) ** 2).rolling(window).mean())
        for name in ("forecast", "close_naive")
    )
    own, other = errors
    panel.axhline(0.0, color=style.ALERT, linewidth=1)
    panel.axhline(100.0 * validation, color=style.MUTED, linestyle="--", linewidth=1)
    panel.plot(
        forecasts["date"], 100.0 * (1.0 - own / other), color=style.colour("lstm"), linewidth=1.6
    )
    panel.set_ylabel("Skill against the close\ntimes a constant (%)")
