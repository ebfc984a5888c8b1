"""The calibration of an interval, as it is kept beside the forecaster that it belongs to."""

from typing import Any

import pandas as pd
from numpy.typing import ArrayLike

from dl_pipelines.evaluation.scores import check_enough, corrected_quantile, normalised_scores


def calibrate(
    forecasts: pd.DataFrame, scale: ArrayLike, *, coverage: float, window: int
) -> dict[str, Any]:
    """The half-width of the interval of the next day, in units of the expected error.

    It is that of `conformal.rolling_interval` for the day after the last one.

    Args:
        forecasts: Columns date, actual and forecast (index points), one row a day, ascending, of
            days that the forecasters had not learnt from.
        scale: Expected size of the error of each day [N], index points.
        coverage: Share of days that the interval should hold.
        window: Last days whose errors count.

    Returns:
        coverage, window, quantile (of the scores |actual - forecast| / scale), days (how many they
        are), and `from` and `until`, the first and the last of them (ISO dates).

    Raises:
        SettingError: If there are too few days for the coverage.
        DataError: If a scale is not positive, or a value is missing.
    """
    last = forecasts.tail(window)
    check_enough(len(last), coverage)
    scores = normalised_scores(forecasts["actual"], forecasts["forecast"], scale)[-window:]
    return {
        "coverage": coverage,
        "window": window,
        "quantile": corrected_quantile(scores, coverage),
        "days": len(last),
        "from": f"{last['date'].iloc[0]:%Y-%m-%d}",
        "until": f"{last['date'].iloc[-1]:%Y-%m-%d}",
    }


def interval_columns(coverage: float) -> tuple[str, str]:
    """What the bounds of an interval are called: 0.9 → `lower_90`, `upper_90`."""
    percent = f"{100.0 * coverage:g}"
    return f"lower_{percent}", f"upper_{percent}"
