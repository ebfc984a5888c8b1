"""Boston: 506 census tracts of 1970 (Harrison and Rubinfeld 1978), the book's data (5.3).

The column B is a function of the share of Black residents, put in to model what segregation does to
prices; that makes the set unfit for real decisions, and a setting of the pipeline leaves it out.
Prices end at 50: dearer tracts are written down as 50.
"""

import numpy as np
import pandas as pd
import pandera.pandas as pa

from dl_pipelines.frames.houses.common import (
    HouseTable,
    feature_table,
    number,
    positive_price,
)

SCHEMA = pa.DataFrameSchema(
    {
        "CRIM": number(0, 1000),
        "ZN": number(0, 100),
        "INDUS": number(0, 100),
        "CHAS": number(0, 1),
        "NOX": number(0, 10),
        "RM": number(0, 50),
        "AGE": number(0, 100),
        "DIS": number(0.01, 100),
        "RAD": number(1, 24),
        "TAX": number(0, 10_000),
        "PTRATIO": number(0, 100),
        "B": number(0, 400),
        "LSTAT": number(0.01, 100),
        "price": positive_price(1000),
    }
)
"""Crimes a head, % of large lots, % of industry, at the river, NOx (10 ppm), rooms, % built before
1940, miles to work, access to highways, tax ($ per $10,000), pupils a teacher, B, % of poor people,
and the median price in 1,000 dollars."""


# column → what is added before its logarithm is taken, where values reach zero or come near it
_LONG_TAILS = {"CRIM": 1e-3, "ZN": 1.0, "DIS": 0.0, "LSTAT": 0.0}


def features(houses: pd.DataFrame) -> pd.DataFrame:
    """Take the logarithms of the four columns with a long tail, and the others as they are.

    Args:
        houses: The checked table.

    Returns:
        Price (1,000 dollars), and the 13 columns; in place of CRIM, ZN, DIS and LSTAT stand
        log_CRIM = log(CRIM + 0.001), log_ZN = log(ZN + 1), log_DIS and log_LSTAT.
    """
    numbers = houses.drop(columns="price")
    logs = {name: np.log(numbers[name] + shift) for name, shift in _LONG_TAILS.items()}
    numbers = numbers.assign(**logs).rename(columns={name: f"log_{name}" for name in logs})
    return feature_table(houses, price=houses["price"], numbers=numbers)


BOSTON = HouseTable("boston", "1,000 dollars", SCHEMA, features)
