"""Three reference forecasts of the next day's high, from what is known at the close of day t."""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.errors import SettingError
from dl_pipelines.frames.samples import forecast_samples

REFERENCES = ("persistence", "close_naive", "har_ridge")
HAR_TERMS = ("high_close", "range_5", "range_22", "abs_return")
MIN_HISTORY = 250
"""Samples of the past, a year, that the first HAR ridge is fitted on."""


def persistence(features: pd.DataFrame) -> NDArray[np.float64]:
    """Today's high [N], index points."""
    return np.asarray(features["high"], dtype=np.float64)


def close_naive(features: pd.DataFrame, test_start: date) -> NDArray[np.float64]:
    """Today's close times one constant [N], index points.

    The constant is the geometric mean of high[t+1] / close[t] over the samples whose target date
    lies before `test_start`.

    Args:
        features: Features frame (`dl_pipelines.frames.features.daily_features`).
        test_start: First target date of the test part.

    Raises:
        SettingError: If no sample lies before `test_start`.
    """
    train = features[features["target_date"] < pd.Timestamp(test_start)]
    if train.empty:
        raise SettingError(_too_few(features, test_start, 0, 1))
    ratio = float(np.exp(np.log(train["high_next"] / train["close"]).mean()))
    return np.asarray(features["close"], dtype=np.float64) * ratio


def har_ridge(
    features: pd.DataFrame,
    test_start: date,
    *,
    refit_every: int = 21,
    alpha: float = 1.0,
) -> NDArray[np.float64]:
    """Ridge regression on HAR terms, refitted on all the past every `refit_every` samples.

    The model explains log(high[t+1] / close[t]) by `HAR_TERMS` (Corsi 2009), each standardised on
    the samples that it is fitted on. A fit at day t uses only targets known at its close. Refits
    are counted from the first sample of the test part, forwards and backwards.

    Args:
        features: Features frame, ascending, one row a trading day.
        test_start: First target date of the test part.
        refit_every: Samples between two fits (21 is a month).
        alpha: Penalty on the squared coefficients of the standardised terms.

    Returns:
        Forecasts [N], index points; NaN in the first `MIN_HISTORY` rows.

    Raises:
        SettingError: If fewer than `MIN_HISTORY` samples lie before `test_start`.
    """
    from sklearn.linear_model import Ridge  # noqa: PLC0415 - heavy: imported when used
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - heavy: imported when used
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - heavy: imported when used

    n = len(features)
    before = int((features["target_date"] < pd.Timestamp(test_start)).sum())
    if before < MIN_HISTORY:
        raise SettingError(_too_few(features, test_start, before, MIN_HISTORY))
    terms = features[list(HAR_TERMS)].to_numpy()
    target = np.log(np.asarray(features["high_next"] / features["close"]))
    forecast = np.full(n, np.nan)
    aligned_first = MIN_HISTORY + (before - MIN_HISTORY) % refit_every
    fits = np.union1d([MIN_HISTORY], np.arange(aligned_first, n, refit_every))
    for row, stop in zip(fits, [*fits[1:], n], strict=True):
        # Row - 1 is the last sample whose target, the high of day t, is known at the close of t.
        model = make_pipeline(StandardScaler(), Ridge(alpha)).fit(terms[:row], target[:row])
        forecast[row:stop] = model.predict(terms[row:stop])
    return np.asarray(features["close"] * np.exp(forecast), dtype=np.float64)


def reference_forecasts(
    features: pd.DataFrame,
    *,
    start: date | None = None,
    test_start: date,
    end: date | None = None,
) -> pd.DataFrame:
    """All reference forecasts, side by side with the actual values.

    Args:
        features: Features frame, ascending, one row a trading day.
        start: First day whose features are used; the first one there is if None.
        test_start: First target date of the test part.
        end: Last target date used; the last one there is if None.

    Returns:
        One row a sample that has `MIN_HISTORY` samples before it, so days before `test_start` are
        covered too: date (target date), actual, persistence, close, close_naive and har_ridge, all
        in index points.

    Raises:
        SettingError: If there are too few samples between `start` and `test_start`.
    """
    used = forecast_samples(features, start=start, end=end)
    forecasts = pd.DataFrame(
        {
            "date": used["target_date"],
            "actual": used["high_next"],
            "persistence": persistence(used),
            "close": used["close"],
            "close_naive": close_naive(used, test_start),
            "har_ridge": har_ridge(used, test_start),
        }
    )
    return forecasts.iloc[MIN_HISTORY:].reset_index(drop=True)


def _too_few(features: pd.DataFrame, test_start: date, have: int, need: int) -> str:
    dates = features["target_date"].dropna()
    span = f"{dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}"
    return (
        f"only {have} days lie before test_start {pd.Timestamp(test_start):%Y-%m-%d} and the "
        f"reference forecasts need {need} (the data used cover {span}); set a later test_start or "
        "an earlier start."
    )
