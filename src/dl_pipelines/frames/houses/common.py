"""What the tables of house prices share: parsing, columns of a schema, rules of repair."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from dl_pipelines.frames.tables import check_header, check_schema, parse_numbers

NONE = "None"
"""The category of a house that lacks a thing altogether: no alley, no garage, no pool."""

# An empty cell, and what R writes for it. "None" is a word of the data's dictionary.
_EMPTY_WORDS = ("", "NA")


@dataclass(frozen=True)
class Rule:
    """A repair that looks at one row at a time, so nothing is fitted.

    Attributes:
        columns: The columns it repairs, each by itself.
        reason: What was wrong and what it becomes, for the quality report.
        repair: From a column and its table to the repaired column.
    """

    columns: tuple[str, ...]
    reason: str
    repair: Callable[[pd.Series, pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class HouseTable:
    """What is to be known of one set of house prices.

    Attributes:
        name: Name of the set, as the setting `house.dataset` says it.
        unit: Unit of `price` in the features.
        schema: Types and values of the file's columns, strings or floats.
        features: From repaired columns to `price` and features, row by row.
        rules: The repairs, in their order.
        identifiers: Columns that number the houses, left out by `clean`.
        outliers: Of the repaired columns, True for houses that the data's author advises to leave
            out; None if the author names none.
    """

    name: str
    unit: str
    schema: pa.DataFrameSchema
    features: Callable[[pd.DataFrame], pd.DataFrame]
    rules: tuple[Rule, ...] = ()
    identifiers: tuple[str, ...] = ()
    outliers: Callable[[pd.DataFrame], pd.Series] | None = None

    def parse(self, text: pd.DataFrame) -> pd.DataFrame:
        """Type and check the columns of the file.

        Args:
            text: All columns as text, one row a house in the order of the file, an empty cell as
                the empty string or NA; `attrs["file"]` names the file.

        Returns:
            The same rows, columns and attrs, float64 or str, empty cells as NaN.

        Raises:
            DataError: Naming file, line, column and value of what is wrong first.
        """
        columns = self.schema.columns
        required = [name for name, column in columns.items() if column.required]
        optional = [name for name in columns if name not in required]
        check_header(text, required, optional=optional, row="house")
        cells = {str(name): self._cells(text, str(name)) for name in text.columns}
        raw = pd.DataFrame(cells).reset_index(drop=True)
        raw.attrs = dict(text.attrs)
        check_schema(raw, self.schema)
        return raw

    def clean(self, raw: pd.DataFrame) -> pd.DataFrame:
        """Repair the columns and drop the identifiers; every row stays, nothing is fitted."""
        kept = raw.drop(columns=list(self.identifiers), errors="ignore")
        return apply_rules(kept, self.rules)

    def _cells(self, text: pd.DataFrame, name: str) -> pd.Series:
        if str(self.schema.columns[name].dtype) == "float64":
            return parse_numbers(text, name)
        return text[name].mask(text[name].isin(_EMPTY_WORDS)).astype("str")


def number(low: float, high: float, *, nullable: bool = False, required: bool = True) -> pa.Column:
    """A float64 column of a schema with values from `low` to `high`."""
    check = pa.Check.in_range(
        low, high, error=f"{{column}} {{value}} is not between {low:.10g} and {high:.10g}"
    )
    return pa.Column(float, check, nullable=nullable, required=required)


def category(allowed: Sequence[str], *, nullable: bool = False) -> pa.Column:
    """A text column of a schema with the words that are allowed, blanks around them or not."""
    check = pa.Check(
        lambda cells: cells.str.strip().isin(allowed),
        error=f"{{column}} '{{value}}' is not one of {', '.join(allowed)}",
    )
    return pa.Column(str, check, nullable=nullable)


def positive_price(high: float) -> pa.Column:
    """The column of a schema that is to be learnt: positive, as its logarithm is taken."""
    check = pa.Check.in_range(
        0,
        high,
        include_min=False,
        error=f"{{column}} {{value}} is not a price above 0 and up to {high:.10g}",
    )
    return pa.Column(float, check)


def apply_rules(raw: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Apply rules one after the other; a rule sees what the rules before it left.

    Args:
        raw: Typed columns.
        rules: The repairs, in their order.

    Returns:
        The repaired table: same rows, columns and attrs.
    """
    houses = raw
    for rule in rules:
        houses = houses.assign(**{name: rule.repair(houses[name], houses) for name in rule.columns})
    return houses


def feature_table(
    houses: pd.DataFrame,
    *,
    price: pd.Series,
    numbers: pd.DataFrame,
    categories: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put price, numbers (as float64) and categories (as str) side by side.

    Returns:
        One row a house in the order of `houses`, with a RangeIndex and the attrs of `houses`.
    """
    table = pd.concat([price.rename("price"), numbers], axis=1).astype("float64")
    if categories is not None:
        table = pd.concat([table, categories.astype("str")], axis=1)
    table = table.reset_index(drop=True)
    table.attrs = dict(houses.attrs)
    return table
