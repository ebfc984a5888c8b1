"""Other values in some rows of a table of features."""

import numpy as np
import pandas as pd


def other_numbers(features: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Other numbers in `rows`; words and gaps stay."""
    other = features.copy()
    numbers = other.select_dtypes("number").columns.drop("price")
    other.loc[rows, numbers] *= -np.linspace(2.0, 5.0, len(rows))[:, None]
    return other


def other_columns(features: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Other numbers, other gaps and unknown words in `rows`."""
    other = other_numbers(features, rows)
    words = other.columns.difference(other.select_dtypes("number").columns)
    other.loc[rows, words] = "unknown"
    other.loc[rows[::2], words] = "also unknown"
    if "pool" in other:
        other.loc[rows[::2], "pool"] = 1.0
        other.loc[rows[::3], "garage"] = np.nan
    return other


def other_prices(features: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    return features.assign(price=features["price"].where(~features.index.isin(rows), 777.0))


def disturb(features: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Change all there is in `rows`."""
    return other_prices(other_columns(features, rows), rows)
