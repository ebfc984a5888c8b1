"""Features of the houses of Ames, row by row."""

import numpy as np
import pandas as pd

from dl_pipelines.frames.houses.ames_columns import CATEGORIES, SCALES
from dl_pipelines.frames.houses.common import feature_table

_PORCHES = ["Wood.Deck.SF", "Open.Porch.SF", "Enclosed.Porch", "X3Ssn.Porch", "Screen.Porch"]
_QUALITIES = [
    *("Overall.Qual", "Exter.Qual", "Kitchen.Qual", "Bsmt.Qual", "Heating.QC", "Fireplace.Qu"),
    "Garage.Finish",
]
_OPTIONAL = [
    *("X2nd.Flr.SF", "Total.Bsmt.SF", "BsmtFin.SF.1", "Garage.Area", "Mas.Vnr.Area"),
    *("Wood.Deck.SF", "Open.Porch.SF", "Enclosed.Porch", "Screen.Porch", "Pool.Area"),
]
_LOG = [
    *("area", "Lot.Area", "Lot.Frontage", "X1st.Flr.SF", "total_area", "finished_area"),
    *("quality_area", "area_per_room"),
]
_LOG1P = [
    *("X2nd.Flr.SF", "Low.Qual.Fin.SF", "BsmtFin.SF.1", "BsmtFin.SF.2", "Bsmt.Unf.SF"),
    *("Total.Bsmt.SF", "Mas.Vnr.Area", "Garage.Area", *_PORCHES, "Pool.Area", "Misc.Val"),
    *("porch_area", "house_age", "remodel_age", "garage_age"),
]
_KEPT = ["area", "total_area", "BsmtFin.SF.1", "Garage.Area"]


def features(houses: pd.DataFrame) -> pd.DataFrame:
    """Grade the words that have an order, relate columns to each other, take logarithms.

    Args:
        houses: The repaired table.

    Returns:
        Price (dollars); the numbers of the file and its ordered words as places in their scale;
        derived numbers in lower case (areas in square feet, ages in years at the sale);
        log_<column> for areas, ages and values; then the words without an order and the month
        (Mo.Sold). Only log_Lot.Frontage has missing values.
    """
    ordered = {
        name: houses[name].map({word: place for place, word in enumerate(scale)})
        for name, scale in SCALES.items()
    }
    numbers = houses.drop(columns=["price", "Mo.Sold", *CATEGORIES]).assign(**ordered)
    numbers = pd.concat(
        [
            numbers,
            _ages(houses),
            _sizes(houses),
            _qualities(numbers),
            (houses[_OPTIONAL] > 0).add_prefix("has_"),
        ],
        axis=1,
    )
    words = houses[list(CATEGORIES)].assign(**{"Mo.Sold": houses["Mo.Sold"].astype("int64")})
    return feature_table(
        houses,
        price=houses["price"],
        numbers=_with_logarithms(numbers),
        categories=words,
    )


def _ages(houses: pd.DataFrame) -> pd.DataFrame:
    """Years from building to the sale; a house sold before it is finished has the age 0."""
    sold, built = houses["Yr.Sold"], houses["Year.Built"]
    return pd.DataFrame(
        {
            "sale_time": sold + (houses["Mo.Sold"] - 1) / 12,
            "house_age": (sold - built).clip(lower=0),
            "remodel_age": (sold - houses["Year.Remod.Add"]).clip(lower=0),
            "garage_age": (sold - houses["Garage.Yr.Blt"]).clip(lower=0),
            "is_remodeled": houses["Year.Remod.Add"] > built,
            "is_new": sold - built <= 1,
        }
    )


def _sizes(houses: pd.DataFrame) -> pd.DataFrame:
    """Areas in square feet and bathrooms, a half one counting half."""
    area = houses["area"]
    total_area = area + houses["Total.Bsmt.SF"]
    return pd.DataFrame(
        {
            "total_area": total_area,
            "finished_area": area + houses["BsmtFin.SF.1"] + houses["BsmtFin.SF.2"],
            "porch_area": houses[_PORCHES].sum(axis=1),
            "quality_area": houses["Overall.Qual"] * total_area,
            "area_per_room": area / houses["TotRms.AbvGrd"],
            "sqrt_Lot.Area": np.sqrt(houses["Lot.Area"]),
            "baths": houses["Full.Bath"]
            + houses["Bsmt.Full.Bath"]
            + 0.5 * (houses["Half.Bath"] + houses["Bsmt.Half.Bath"]),
        }
    )


def _qualities(numbers: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "quality_condition": numbers["Overall.Qual"] * numbers["Overall.Cond"],
            "quality_sum": numbers[_QUALITIES].sum(axis=1),
        }
    )


def _with_logarithms(numbers: pd.DataFrame) -> pd.DataFrame:
    """Replace skewed numbers by their natural logarithm; a few stay beside it."""
    replaced = [name for name in (*_LOG, *_LOG1P) if name not in _KEPT]
    logs = [numbers[_LOG].apply(np.log), numbers[_LOG1P].apply(np.log1p)]
    kept = numbers.drop(columns=replaced)
    return pd.concat([kept, *(part.add_prefix("log_") for part in logs)], axis=1)
