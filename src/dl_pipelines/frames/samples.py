"""Which rows of a features frame take part in a forecast."""

from datetime import date

import pandas as pd


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
    """
    chosen = features["target_date"].notna()
    if start is not None:
        chosen &= features["date"] >= pd.Timestamp(start)
    if end is not None:
        chosen &= features["target_date"] <= pd.Timestamp(end)
    return features[chosen].reset_index(drop=True)
