"""Forecasts of a test period judged against the three references.

A `forecasts` frame holds one row a forecast day, ascending: date (target date t+1), actual
(high[t+1]), persistence (high[t]), close (close[t]), close_naive, har_ridge, forecast, optionally
one column seed_<s> for each model that `forecast` averages, and optionally lower and upper; all
but date in index points.
"""

from datetime import date

import numpy as np
import pandas as pd

from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.baselines import REFERENCES
from dl_pipelines.evaluation.conformal import interval_coverage, interval_width
from dl_pipelines.evaluation.metrics import direction_accuracy, mae, mape, rmse, skill
from dl_pipelines.evaluation.significance import diebold_mariano


def period(
    forecasts: pd.DataFrame, test_start: date | None = None, end: date | None = None
) -> pd.DataFrame:
    """The rows of a test period.

    Args:
        forecasts: A forecasts frame.
        test_start: First forecast day; the first one there is if None.
        end: Last forecast day; the last one there is if None.

    Raises:
        SettingError: If fewer than two forecasts lie in the period.
    """
    dates = forecasts["date"]
    first = pd.Timestamp(test_start) if test_start else dates.min()
    last = pd.Timestamp(end) if end else dates.max()
    rows = forecasts[dates.between(first, last)].reset_index(drop=True)
    if len(rows) < 2:  # noqa: PLR2004 - no variance, so no significance, of one error
        raise SettingError(
            f"{len(rows)} forecasts lie between test_start {first:%Y-%m-%d} and end "
            f"{last:%Y-%m-%d} (the forecasts cover {dates.min():%Y-%m-%d} to "
            f"{dates.max():%Y-%m-%d}); set test_start and end so that at least two do."
        )
    return rows


def evaluate_forecasts(forecasts: pd.DataFrame) -> dict[str, float]:
    """Judge a variant's forecasts.

    Args:
        forecasts: A forecasts frame, cut to the test by `period`.

    Returns:
        days: forecasts in the test. rmse, mae (index points), mape, direction_accuracy and
        skill_vs_<reference> (fractions): means over the seeds of each seed's own figure, or the
        figure of `forecast` where there are no seeds. ensemble.<the same>: of the averaged
        forecast, where there are several seeds. Of `forecast`, seeds or not:
        dm_p_vs_<reference> and dm_p_abs_vs_<reference>, Diebold-Mariano p-values on squared and
        absolute errors;
        return_direction_accuracy, how often it is right (a fraction) when read as a call on the
        next close, up if it lies above close_naive; interval_coverage (fraction) and
        interval_width (points), where there are intervals.

    Raises:
        SettingError: If fewer than two forecasts lie in the test.
        DataError: If a forecast in the test is missing.
    """
    test = period(forecasts)
    actual, forecast = test["actual"], test["forecast"]
    names = _seed_columns(test) or ["forecast"]
    each = pd.DataFrame([_point_metrics(test, name) for name in names])
    metrics = {"days": float(len(test))}
    metrics |= {str(key): float(value) for key, value in each.mean().items()}
    if len(each) > 1:
        average = _point_metrics(test, "forecast")
        metrics |= {f"ensemble.{key}": value for key, value in average.items()}
    for reference in REFERENCES:
        rival = test[reference]
        metrics[f"dm_p_vs_{reference}"] = diebold_mariano(actual, forecast, rival).p_value
        metrics[f"dm_p_abs_vs_{reference}"] = diebold_mariano(
            actual, forecast, rival, power=1
        ).p_value
    metrics["return_direction_accuracy"] = _return_direction_accuracy(test)
    if {"lower", "upper"} <= set(test.columns):
        metrics["interval_coverage"] = interval_coverage(actual, test["lower"], test["upper"])
        metrics["interval_width"] = interval_width(test["lower"], test["upper"])
    return metrics


def metrics_by_seed(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Errors of each seed's own forecast.

    Args:
        forecasts: A forecasts frame, cut to the test.

    Returns:
        Columns seed, rmse, mae (index points), mape, direction_accuracy and
        skill_vs_<reference> (fractions).

    Raises:
        DataError: If a forecast in the test is missing.
    """
    return pd.DataFrame(
        [
            {"seed": int(name.removeprefix("seed_")), **_point_metrics(forecasts, name)}
            for name in _seed_columns(forecasts)
        ]
    )


def reference_metrics(forecasts: pd.DataFrame) -> dict[str, float]:
    """Figures of the three references over the same test as `evaluate_forecasts`.

    Returns:
        <reference>.rmse, .mae (index points), .mape, .direction_accuracy and .skill_vs_persistence
        (fractions). Persistence, which forecasts no change, has no direction.

    Raises:
        SettingError: If fewer than two forecasts lie in the test.
        DataError: If a forecast in the test is missing.
    """
    test = period(forecasts)
    metrics = {
        f"{reference}.{key}": value
        for reference in REFERENCES
        for key, value in _point_metrics(test, reference, against=("persistence",)).items()
    }
    del metrics["persistence.direction_accuracy"]
    return metrics


def metrics_by_year(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Errors of `forecast` and the references in each calendar year of the test.

    Returns:
        Columns year, days, rmse, <reference>_rmse (index points), skill_vs_persistence and
        coverage (fractions; coverage is NaN where there are no intervals).

    Raises:
        SettingError: If fewer than two forecasts lie in the test.
        DataError: If a forecast in the test is missing.
    """
    test = period(forecasts)
    has_interval = {"lower", "upper"} <= set(test.columns)
    return pd.DataFrame(
        [
            {
                "year": year,
                "days": len(rows),
                "rmse": rmse(rows["actual"], rows["forecast"]),
                **{f"{name}_rmse": rmse(rows["actual"], rows[name]) for name in REFERENCES},
                "skill_vs_persistence": skill(
                    rows["actual"], rows["forecast"], rows["persistence"]
                ),
                "coverage": interval_coverage(rows["actual"], rows["lower"], rows["upper"])
                if has_interval
                else np.nan,
            }
            for year, rows in test.groupby(test["date"].dt.year)
        ]
    )


def _seed_columns(forecasts: pd.DataFrame) -> list[str]:
    return [str(name) for name in forecasts.columns if str(name).startswith("seed_")]


def _point_metrics(
    test: pd.DataFrame, column: str, *, against: tuple[str, ...] = REFERENCES
) -> dict[str, float]:
    actual, forecast = test["actual"], test[column]
    return {
        "rmse": rmse(actual, forecast),
        "mae": mae(actual, forecast),
        "mape": mape(actual, forecast),
        "direction_accuracy": direction_accuracy(actual, forecast, test["persistence"]),
        **{f"skill_vs_{name}": skill(actual, forecast, test[name]) for name in against},
    }


def _return_direction_accuracy(test: pd.DataFrame) -> float:
    """The close of day t+1 is the `close` of the next row, so the last row drops out."""
    call = np.sign(test["forecast"] - test["close_naive"])
    outcome = np.sign(test["close"].diff().shift(-1))
    return float((call == outcome)[:-1].mean())
