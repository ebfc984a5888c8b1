"""What all checked tables share: naming a row, the header, numbers in text, a schema's failure."""

from collections.abc import Callable, Sequence
from typing import cast

import pandas as pd
import pandera.pandas as pa

from dl_pipelines.cells import floats
from dl_pipelines.errors import DataError

# The `error` texts of a schema's checks are templates: `{column}` and `{value}` are the failing
# cell, any other name is a column of the failing row.

# What spreadsheets, R and pandas write for "no value".
_BLANK = ("", "na", "nan", "null", "none")

_SHOWN_COLUMNS = 20


def file_name(table: pd.DataFrame) -> str:
    """Where a table came from: `table.attrs["file"]`, or words that stand for it."""
    return str(table.attrs.get("file", "the table"))


def row_location(table: pd.DataFrame, row: int) -> str:
    """Name a row so that a user finds it: the line of a CSV file, the row of another table.

    Args:
        table: The table as it was read.
        row: Position of the row, from 0.
    """
    file = file_name(table)
    # Line 1 of a CSV file is its header.
    return f"{file}, line {row + 2}" if file.endswith(".csv") else f"{file}, row {row + 1}"


def check_header(
    table: pd.DataFrame, required: Sequence[str], *, optional: Sequence[str] = (), row: str
) -> None:
    """Check that a table has rows, all columns that it needs and no others.

    Args:
        table: The table as it was read.
        required: Columns that must be there.
        optional: Columns that may be there.
        row: What one row is, for the sentence about a table without any.

    Raises:
        DataError: Naming the file and the columns that are missing, unknown or repeated.
    """
    missing = [name for name in required if name not in table.columns]
    unknown = [name for name in table.columns if name not in (*required, *optional)]
    repeated = table.columns[table.columns.duplicated()].tolist()
    findings = [
        f"{problem} {_listed(names)}"
        for problem, names in (
            ("lacks", missing),
            ("has the unknown", unknown),
            ("repeats", repeated),
        )
        if names
    ]
    if findings:
        also = f" and, if known, {_listed(optional)}" if optional else ""
        raise DataError(
            f"{file_name(table)}: the header {' and '.join(findings)}; its columns must be "
            f"{_listed(required)}{also}."
        )
    if table.empty:
        raise DataError(f"{file_name(table)} has no rows; put at least one {row} into it.")


def parse_numbers(text: pd.DataFrame, name: str) -> pd.Series:
    """Read a text column as float64; blank cells become NaN.

    Raises:
        DataError: For the first cell that is no number, naming file, line, column and value.
    """
    numbers = floats(text[name])
    words = text[name].astype("str").str.strip().str.lower()
    wrong = numbers.isna() & text[name].notna() & ~words.isin(_BLANK)
    reject(text, name, wrong, "a number; write digits and a decimal point only")
    return numbers


def reject(text: pd.DataFrame, name: str, wrong: pd.Series, expected: str) -> None:
    """Raise a DataError for the first cell of a column that is wrong.

    Args:
        text: The table as it was read.
        name: The column.
        wrong: True where a cell is wrong.
        expected: What it should have been and how to write it, the end of the sentence.

    Raises:
        DataError: If any cell is wrong, naming file, line, column and value.
    """
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise DataError(
            f"{row_location(text, row)}: {name} '{text[name].iloc[row]}' is not {expected}."
        )


def check_schema(
    table: pd.DataFrame,
    schema: pa.DataFrameSchema,
    *,
    label: Callable[[dict[str, object]], str] | None = None,
) -> None:
    """Check the types and values of a table.

    Args:
        table: The typed table, rows in the order of the file; `attrs["file"]` names it.
        schema: What its columns must hold.
        label: From a row's cells to words that tell the reader more than its number does.

    Raises:
        DataError: Naming file, row, column and value of the first row that fails.
    """
    rows = table.reset_index(drop=True)
    try:
        schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as error:
        raise DataError(_sentence(rows, schema, error.failure_cases, label)) from None


def _sentence(
    table: pd.DataFrame,
    schema: pa.DataFrameSchema,
    cases: pd.DataFrame,
    label: Callable[[dict[str, object]], str] | None,
) -> str:
    """The first failing row; a wrong type and a bad cell explain a bad relation of cells."""
    cases = cases.assign(well_typed=~cases["check"].str.startswith("dtype"))
    order = ["well_typed", "index", "schema_context"]
    case = cases.sort_values(order, kind="stable").iloc[0]
    column = case["column"]
    if not case["well_typed"]:
        expected = str(schema.columns[column].dtype)
        return (
            f"{file_name(table)}: the column {column} holds {table[column].dtype}, not "
            f"{'dates' if expected.startswith('datetime') else expected}; write the table anew "
            "with that type."
        )
    row = int(case["index"])
    values = cast("dict[str, object]", table.iloc[row].to_dict())
    templates = {"not_nullable": "{column} is missing"}
    cells = {**values, "column": column, "value": case["failure_case"]}
    finding = templates.get(case["check"], case["check"]).format_map(cells)
    words = label(values) if label else ""
    place = f"{row_location(table, row)} ({words})" if words else row_location(table, row)
    return f"{place}: {finding}; correct the row or remove it."


def _listed(names: Sequence[object]) -> str:
    shown = ", ".join(map(str, names[:_SHOWN_COLUMNS]))
    return f"{shown}, … ({len(names)} in all)" if len(names) > _SHOWN_COLUMNS else shown
