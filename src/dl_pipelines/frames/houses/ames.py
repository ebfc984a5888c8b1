"""Ames: 2,930 houses sold from 2006 to 2010 with 80 columns (De Cock 2011)."""

import pandas as pd
import pandera.pandas as pa

from dl_pipelines.frames.houses.ames_columns import (
    CATEGORIES,
    MAY_BE_EMPTY,
    RANGES,
    SCALES,
    SECOND_WALL_SPELLINGS,
)
from dl_pipelines.frames.houses.ames_features import features
from dl_pipelines.frames.houses.common import (
    NONE,
    HouseTable,
    Rule,
    category,
    number,
    positive_price,
)

_IDENTIFIERS = ("rownames", "Order", "PID")
_OUTLIER_AREA = 4000

_WORDS = SCALES | CATEGORIES
_ABSENT = tuple(name for name, words in _WORDS.items() if NONE in words)
_BASEMENT = ("BsmtFin.SF.1", "BsmtFin.SF.2", "Bsmt.Unf.SF", "Total.Bsmt.SF")

SCHEMA = pa.DataFrameSchema(
    {
        "rownames": number(1, 1e9, required=False),
        "Order": number(1, 1e9),
        "PID": number(1, 1e10),
        "price": positive_price(100_000_000),
        **{name: category(words, nullable=name in MAY_BE_EMPTY) for name, words in _WORDS.items()},
        **{name: number(*bounds, nullable=name in MAY_BE_EMPTY) for name, bounds in RANGES.items()},
    }
)
"""The columns of the file; see `ames_columns`. Price in dollars."""


RULES = (
    Rule(tuple(_WORDS), "blanks around the word dropped", lambda words, _: words.str.strip()),
    Rule(
        ("Exterior.2nd",),
        "spelt as in Exterior.1st",
        lambda words, _: words.replace(SECOND_WALL_SPELLINGS),
    ),
    Rule(
        ("Garage.Yr.Blt",),
        "built after the sale: the year of remodelling",
        lambda years, houses: years.mask(years > houses["Yr.Sold"] + 1, houses["Year.Remod.Add"]),
    ),
    Rule(
        ("Year.Remod.Add",),
        "remodelled before it was built: the year it was built",
        lambda years, houses: years.clip(lower=houses["Year.Built"]),
    ),
    Rule(
        (*_BASEMENT, "Bsmt.Full.Bath", "Bsmt.Half.Bath"),
        "nothing written down of a basement: 0",
        lambda cells, _: cells.fillna(0.0),
    ),
    Rule(
        ("Garage.Cars", "Garage.Area"),
        "nothing written down of a garage but its type: 0",
        lambda cells, _: cells.fillna(0.0),
    ),
    Rule(
        ("Mas.Vnr.Area",),
        "neither kind nor area of a veneer written down: 0",
        lambda cells, _: cells.fillna(0.0),
    ),
    Rule(
        ("Bsmt.Exposure",),
        "a basement of unknown exposure: none, the plain case",
        lambda words, houses: words.mask(words.isna() & (houses["Total.Bsmt.SF"] > 0), "No"),
    ),
    Rule(
        ("BsmtFin.Type.2",),
        "a second finished part of unknown kind: the kind of the first",
        lambda words, houses: words.mask(
            words.isna() & (houses["BsmtFin.SF.2"] > 0), houses["BsmtFin.Type.1"]
        ),
    ),
    Rule(
        ("Garage.Finish",),
        "a garage of unknown finish: unfinished, the plain case",
        lambda words, houses: words.mask(words.isna() & (houses["Garage.Area"] > 0), "Unf"),
    ),
    Rule(
        ("Garage.Qual", "Garage.Cond"),
        "a garage of unknown grade: typical",
        lambda words, houses: words.mask(words.isna() & (houses["Garage.Area"] > 0), "TA"),
    ),
    Rule(
        ("Garage.Type",),
        "a type of garage without its area: there is none",
        lambda words, houses: words.mask(words.notna() & (houses["Garage.Area"] == 0), NONE),
    ),
    Rule(_ABSENT, "empty: there is none", lambda words, _: words.fillna(NONE)),
    Rule(
        ("Electrical",),
        "unknown: the standard circuit breaker",
        lambda words, _: words.fillna("SBrkr"),
    ),
    Rule(
        ("Garage.Yr.Blt",),
        "no garage, or its year unknown: the year of the house",
        lambda years, houses: years.fillna(houses["Year.Built"]),
    ),
)
"""The repairs, in their order; a frontage that was not written down (Lot.Frontage) stays missing.

An empty cell mostly means that the house lacks the thing, which the dictionary calls NA; it means
"not known" where other columns of the row say that the thing is there.
"""


def outliers(houses: pd.DataFrame) -> pd.Series:
    """Houses above 4,000 square feet, which De Cock (2011) advises to leave out.

    Three of the five are sales of unfinished houses far below their value, two are large and dear.
    """
    return houses["area"] > _OUTLIER_AREA


AMES = HouseTable("ames", "dollars", SCHEMA, features, RULES, _IDENTIFIERS, outliers)
