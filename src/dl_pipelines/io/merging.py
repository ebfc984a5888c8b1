"""Merging daily bars that a provider sends with those that a table has."""

import logging
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from dl_pipelines.errors import SettingError
from dl_pipelines.sources.bars import PRICES

logger = logging.getLogger(__name__)

# Relative differences up to these are rounding, not revisions: four independent copies of the
# CSI300 agree within 5e-6 in prices; volumes are published in lots or in rounded hundreds.
TOLERANCE = pd.Series(
    {"open": 1e-5, "high": 1e-5, "low": 1e-5, "close": 1e-5, "volume": 1e-3, "amount": 1e-3}
)
# Two bars of one symbol may be corrected, but not all closes of an overlap by this much.
OTHER_SYMBOL = 0.01
# A table whose prices are another multiple by less may be gone on with: nobody sees that return.
LEAST_JUMP = 1e-4


def check_same_symbol(table: pd.DataFrame, fetched: pd.DataFrame, name: str) -> None:
    """Compare the closes of the days that two tables share.

    Args:
        table: Daily bars; unique dates, may be empty.
        fetched: Daily bars; unique dates.
        name: What was fetched, e.g. `tushare 000300.SH`.

    Raises:
        SettingError: If no day has nearly the same close: not the same symbol.
    """
    closes = [bars.set_index("date")["close"] for bars in (table, fetched)]
    before, after = (close.loc[closes[0].index.intersection(closes[1].index)] for close in closes)
    if len(before) and ((after - before).abs() / before.abs() > OTHER_SYMBOL).all():
        raise SettingError(
            f"the table has close {before.iloc[-1]} on {before.index[-1]:%Y-%m-%d} and {name} "
            f"{after.iloc[-1]}: the table or snapshot belongs to another ts_code, or to a provider "
            "that adjusts prices otherwise; set another table, and no snapshot."
        )


def merge_bars(
    table: pd.DataFrame, fetched: pd.DataFrame
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Add fetched bars to a table; where both have a day and differ, the fetched value wins.

    Args:
        table: Daily bars; unique dates, may be empty.
        fetched: Daily bars; unique dates.

    Returns:
        The merged daily bars, ascending, and the revisions: a list of
        `{"date": ISO day, "column": name, "old": value, "new": value}`.
    """
    old, new = table.set_index("date"), fetched.set_index("date")
    old = old.reindex(columns=old.columns.union(new.columns, sort=False))
    shared = old.index.intersection(new.index)
    before, after = old.loc[shared, new.columns], new.loc[shared]
    revised = (after - before).abs() / before.abs() > TOLERANCE[new.columns]
    old.loc[shared, new.columns] = before.where(~revised & before.notna(), after)
    merged = pd.concat([old, new.loc[new.index.difference(shared)]]).sort_index().reset_index()
    return merged, _revisions(before, after, revised)


def append_bars(table: pd.DataFrame, fetched: pd.DataFrame) -> pd.DataFrame:
    """Add the fetched bars of days that a table lacks; what it has stays as it is.

    Args:
        table: Daily bars; unique dates.
        fetched: Daily bars; unique dates.

    Returns:
        Daily bars, ascending.
    """
    new = fetched[~fetched["date"].isin(table["date"])]
    return pd.concat([table, new]).sort_values("date", ignore_index=True)


def rescaled_by(table: pd.DataFrame, fetched: pd.DataFrame) -> float:
    """What all prices of the days that two tables share are multiplied by; 1 if by no one number.

    A provider that corrects an early adjustment factor multiplies all later prices of a share. New
    days beside the old ones would then begin with a return that never was.

    Args:
        table: Daily bars; unique dates, may be empty.
        fetched: Daily bars; unique dates.
    """
    old, new = (bars.set_index("date")[PRICES] for bars in (table, fetched))
    shared = old.index.intersection(new.index)
    if shared.empty:
        return 1.0
    ratios = (new.loc[shared] / old.loc[shared]).to_numpy()
    scale, rounding = float(np.median(ratios)), TOLERANCE["close"]
    same = (abs(ratios / scale - 1.0) <= 2.0 * rounding).all()
    return scale if same and abs(scale - 1.0) > LEAST_JUMP else 1.0


def refuse_rescaled(table: pd.DataFrame, name: str, scale: float) -> NoReturn:
    """Say that a table cannot be gone on with.

    Args:
        table: Daily bars; `attrs["file"]` names them.
        name: What was fetched, e.g. `tushare 600519.SH`.
        scale: Of `rescaled_by`.

    Raises:
        SettingError: Always.
    """
    raise SettingError(
        f"{name} has all prices at {scale:.6g} times those of {table.attrs['file']}, so it adjusts "
        "them otherwise and new days would begin with a jump: delete the table and name no "
        "snapshot, all is then asked for anew."
    )


def warn_of_revisions(revisions: list[dict[str, Any]], name: str, *, listed: bool) -> None:
    """One line in the log, if a provider has revised any value.

    Args:
        revisions: Of `merge_bars`.
        name: Provider and symbol.
        listed: Whether there will be a report of the data's quality.
    """
    if revisions:
        logger.warning(
            "%s: %d values were revised, the first of them %s of %s from %s to %s%s",
            name,
            len(revisions),
            *(revisions[0][key] for key in ("column", "date", "old", "new")),
            "; the data-quality report lists all" if listed else "",
        )


def _revisions(
    before: pd.DataFrame, after: pd.DataFrame, revised: pd.DataFrame
) -> list[dict[str, Any]]:
    rows, columns = np.nonzero(revised.to_numpy())
    days = pd.DatetimeIndex(revised.index[rows]).strftime("%Y-%m-%d")
    old, new = before.to_numpy()[rows, columns], after.to_numpy()[rows, columns]
    return [
        {"date": day, "column": name, "old": was, "new": now}
        for day, name, was, now in zip(
            days, revised.columns[columns], old.tolist(), new.tolist(), strict=True
        )
    ]
