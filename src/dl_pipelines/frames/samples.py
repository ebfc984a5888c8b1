"""Which rows of a features frame take part in a forecast."""

from datetime import date

import pandas as pd

from dl_pipelines.errors import SettingError


def forecast_samples(
    features: pd.DataFrame, *, start: date | None = None, end: date | None = None
) -> pd.DataFrame:
    """Select the days whose features and next day lie in a span.

    Args:
        features: Frame of `dl_pipelines.frames.features.daily_features`.
        start: First day whose features are used; the first there is if None.
        end: Last day that is forecast; the last there is if None.

    Returns:
        The rows with a known target, with a fresh index.

    Raises:
        SettingError: If `start` or `end` lies outside the data.
    """
    for name, day, column in (("start", start, "date"), ("end", end, "target_date")):
        first, last = features[column].min(), features[column].max()
        if day is not None and len(features) and not first <= pd.Timestamp(day) <= last:
            raise SettingError(
                f"the setting '{name}' is {day}, outside the data ({first:%Y-%m-%d} to "
                f"{last:%Y-%m-%d}): choose a date in it, or null for all there is."
            )
    chosen = features["target_date"].notna()
    if start is not None:
        chosen &= features["date"] >= pd.Timestamp(start)
    if end is not None:
        chosen &= features["target_date"] <= pd.Timestamp(end)
    return features[chosen].reset_index(drop=True)
