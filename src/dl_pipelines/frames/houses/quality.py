"""The data-quality report of a table of houses: what it was, what was repaired, what it is."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.frames.houses.common import NONE, HouseTable, apply_rules
from dl_pipelines.frames.tables import file_name


def quality_report(raw: pd.DataFrame, houses: pd.DataFrame, table: HouseTable) -> dict[str, Any]:
    """Describe a table of houses before and after its cleaning.

    Rows are numbered from 0 as in the features; row 0 stands in line 2 of a CSV file.

    Args:
        raw: The typed columns of the file; `attrs["source"]` says where they are from.
        houses: The same rows, repaired.
        table: Which set it is.

    Returns:
        A JSON-ready report: dataset, source, rows, columns_before, columns_after, duplicates (rows
        that equal an earlier one), missing_before and missing_after (cells);
        columns (name → type "number" or "word", missing_before, missing_after, none_recognised:
        empty cells that meant "there is none", repaired: cells that differ, categories, min, max:
        of the repaired column, null where they do not apply); repairs (in their order: column,
        rule, rows, example_row, before, after), found by comparing the table before and after each
        rule; constant_columns; outliers_of_the_author (row and price of each).
    """
    before = raw[houses.columns]
    columns = {str(name): _column(before[name], houses[name]) for name in houses.columns}
    return {
        "dataset": table.name,
        "source": str(raw.attrs.get("source", file_name(raw))),
        "rows": len(houses),
        "columns_before": raw.shape[1],
        "columns_after": houses.shape[1],
        "duplicates": int(before.duplicated().sum()),
        "missing_before": int(before.isna().to_numpy().sum()),
        "missing_after": int(houses.isna().to_numpy().sum()),
        "columns": columns,
        "repairs": list(_repairs(before, table)),
        "constant_columns": [
            str(name) for name in houses.columns if houses[name].nunique(dropna=False) == 1
        ],
        "outliers_of_the_author": _outliers(houses, table),
    }


def _column(before: pd.Series, after: pd.Series) -> dict[str, Any]:
    is_number = pd.api.types.is_numeric_dtype(after)
    recognised = before.isna() & (after == NONE)
    return {
        "type": "number" if is_number else "word",
        "missing_before": int(before.isna().sum()),
        "missing_after": int(after.isna().sum()),
        "none_recognised": int(recognised.sum()),
        "repaired": int(_differs(before, after).sum()),
        "categories": None if is_number else after.nunique(),
        "min": _json_value(after.min()) if is_number else None,
        "max": _json_value(after.max()) if is_number else None,
    }


def _repairs(before: pd.DataFrame, table: HouseTable) -> Iterator[dict[str, Any]]:
    """Replay the rules one by one; each entry is what a rule really changed."""
    for rule in table.rules:
        after = apply_rules(before, [rule])
        for name in rule.columns:
            rows = np.flatnonzero(_differs(before[name], after[name]))
            if len(rows):
                yield {
                    "column": name,
                    "rule": rule.reason,
                    "rows": len(rows),
                    "example_row": int(rows[0]),
                    "before": _json_value(before[name].iloc[rows[0]]),
                    "after": _json_value(after[name].iloc[rows[0]]),
                }
        before = after


def _outliers(houses: pd.DataFrame, table: HouseTable) -> list[dict[str, Any]]:
    if table.outliers is None:
        return []
    prices = table.features(houses)["price"].to_numpy()
    rows = np.flatnonzero(table.outliers(houses))
    return [{"row": int(row), "price": float(prices[row])} for row in rows]


def _differs(before: pd.Series, after: pd.Series) -> pd.Series:
    return (before != after) & ~(before.isna() & after.isna())


def _json_value(cell: Any) -> float | str | None:
    """JSON has no NaN: an empty cell is null."""
    if pd.isna(cell):
        return None
    return cell if isinstance(cell, str) else float(cell)
