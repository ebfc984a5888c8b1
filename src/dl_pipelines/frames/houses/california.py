"""California: 20,640 block groups of the census of 1990 (Pace and Barry 1997).

Géron's version, with total_bedrooms missing in 207 rows and a column for the nearness of the ocean.
Values are cut off: prices at 500,001 dollars, incomes at 150,001 dollars, ages at 52 years.
"""

import numpy as np
import pandas as pd
import pandera.pandas as pa

from dl_pipelines.frames.houses.common import (
    HouseTable,
    category,
    feature_table,
    number,
    positive_price,
)

_MOST = 1_000_000
_PRICE_UNIT = 100_000
# Every 15 degrees but 0 and 90, which are longitude and latitude.
_ANGLES = (15, 30, 45, 60, 75, 105, 120, 135, 150, 165)

SCHEMA = pa.DataFrameSchema(
    {
        "longitude": number(-125, -113),
        "latitude": number(32, 43),
        "housing_median_age": number(0, 200),
        "total_rooms": number(1, _MOST),
        "total_bedrooms": number(1, _MOST, nullable=True),
        "population": number(1, _MOST),
        "households": number(1, _MOST),
        "median_income": number(0, 100),
        "median_house_value": positive_price(100_000_000),
        "ocean_proximity": category(["<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN"]),
    }
)
"""Degrees, years, counts in the block group, 10,000 dollars a year, dollars."""


def features(houses: pd.DataFrame) -> pd.DataFrame:
    """Turn the map, relate the counts to each other, take logarithms.

    Bins and trees cut along the axes of the map, the coast runs obliquely: coordinates along
    further directions let a cut follow it.

    Args:
        houses: The checked table.

    Returns:
        Price (100,000 dollars), longitude, latitude and coordinate_<angle> (degrees),
        housing_median_age (years), median_income (10,000 dollars), logarithms of the counts, of
        rooms and people per household and of bedrooms per room, then ocean_proximity. Where
        total_bedrooms is missing, both logarithms that need it are NaN.
    """
    counts = houses[["total_rooms", "total_bedrooms", "population", "households"]]
    ratios = pd.DataFrame(
        {
            "rooms_per_household": houses["total_rooms"] / houses["households"],
            "bedrooms_per_room": houses["total_bedrooms"] / houses["total_rooms"],
            "people_per_household": houses["population"] / houses["households"],
        }
    )
    return feature_table(
        houses,
        price=houses["median_house_value"] / _PRICE_UNIT,
        numbers=pd.concat(
            [
                houses[["longitude", "latitude"]],
                _coordinates(houses),
                houses[["housing_median_age", "median_income"]],
                pd.concat([counts, ratios], axis=1).apply(np.log).add_prefix("log_"),
            ],
            axis=1,
        ),
        categories=houses[["ocean_proximity"]],
    )


def _coordinates(houses: pd.DataFrame) -> pd.DataFrame:
    """Where a place lies along directions turned from east to north, in degrees of the map."""
    return pd.DataFrame(
        {
            f"coordinate_{angle}": houses["longitude"] * np.cos(np.radians(angle))
            + houses["latitude"] * np.sin(np.radians(angle))
            for angle in _ANGLES
        }
    )


CALIFORNIA = HouseTable("california", "100,000 dollars", SCHEMA, features)
