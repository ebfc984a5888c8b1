"""The Kedro dataset of an index's daily bars that tushare extends."""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pandas as pd
from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import SettingError
from dl_pipelines.io.bars_files import read_local_bars
from dl_pipelines.io.extending import merge_bars, missing_spans
from dl_pipelines.sources.providers import open_provider

logger = logging.getLogger(__name__)

_CHINA = ZoneInfo("Asia/Shanghai")


class TushareDailyDataset(AbstractDataset[NoReturn, pd.DataFrame]):
    """Daily bars of an index: the local table, extended by what tushare has beyond it.

    Loading writes nothing: the pipeline checks the bars and saves them through a
    `MarketTableDataset` of the same file. What that file must keep between runs travels in the
    frame's `attrs`.

    Only days beyond the local table's two ends are asked for. A day missing inside it stays
    missing; the data-quality report names it. To fill such holes, delete the table and name no
    snapshot: all is then asked for anew.
    """

    def __init__(
        self,
        *,
        table: str | Mapping[str, str],
        ts_code: str,
        start_date: str,
        end_date: str | None = None,
        snapshot: str | Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
        overlap_days: int = 5,
        request: Mapping[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe what is wanted; nothing is asked yet.

        Args:
            table: The local parquet table, a path or `{filepath: path}`; Kedro resolves only the
                latter against the project's root.
            ts_code: tushare's code of the index, e.g. `000300.SH`.
            start_date: First day wanted, ISO. The local bars are extended to it at least, and
                never cut: bars before it stay.
            end_date: Last day wanted, ISO; today in China if null. Likewise, bars after it stay.
            snapshot: A CSV file of daily bars to begin with while there is no table, as `table`.
            credentials: `{token: …}`; the environment variable TUSHARE_TOKEN goes first.
            overlap_days: Rows at the table's end that are asked for again, to see revisions.
            request: `attempts`, `backoff_seconds` and `timeout_seconds` of `Retries`.
            metadata: Free notes for hooks.

        Raises:
            SettingError: If a date or `overlap_days` makes no sense.
        """
        if overlap_days < 1:
            raise SettingError(f"overlap_days is {overlap_days}: it must be 1 or more.")
        self._table = Path(_filepath(table))
        self._ts_code = ts_code
        self._start = _day("start_date", start_date)
        self._end = _day("end_date", end_date) if end_date else None
        self._snapshot = Path(_filepath(snapshot)) if snapshot and _filepath(snapshot) else None
        self._credentials = credentials or {}
        self._overlap_days = overlap_days
        self._request = dict(request or {})
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read the local bars and ask tushare for the days they lack.

        Returns:
            Daily bars, ascending. `attrs`: `file`; `source`; `rows_added` to the local bars;
            `revisions` (see `merge_bars`); `duplicates_removed`; `asked_from`, the first day
            asked for so far, so that days before the index began are asked for once. `source`
            names all that the bars ever came from: `csi300_daily.csv`, and once tushare has been
            asked, `csi300_daily.csv + tushare 000300.SH`.

        Raises:
            DataError: If a local file is damaged.
            SettingError: If `end_date` lies before `start_date` or before the first local bar, or
                the local files belong to another index.
            SourceError: If there is no token, or tushare fails.
        """
        stored = read_local_bars(self._table, self._snapshot)
        end = self._end or datetime.now(_CHINA).date()
        _check_end(stored, self._start, end)
        asked_from = _asked_from(stored, self._start)
        spans = missing_spans(
            stored, self._start, end, asked_from=asked_from, overlap_days=self._overlap_days
        )
        logger.info(
            "daily bars from %s, which tushare %s",
            Path(stored.attrs["file"]).name,
            "extends" if spans else "need not extend",
        )
        bars = self._extended(stored, spans)
        bars.attrs["asked_from"] = min(self._start, asked_from).isoformat()
        return bars

    def _extended(self, stored: pd.DataFrame, spans: list[tuple[date, date]]) -> pd.DataFrame:
        """The local bars and what tushare has in the spans; `attrs` tell what was done."""
        bars, revisions, duplicates = stored, list[dict[str, Any]](), 0
        for start, end in spans:
            fetched = self._fetch(start, end)
            bars, revised = merge_bars(bars, fetched)
            revisions += revised
            duplicates += int(fetched.attrs["duplicates_removed"])
        _warn_of(revisions)
        bars.attrs = {
            "file": stored.attrs["file"],
            "source": _source(stored, f"tushare {self._ts_code}" if spans else None),
            "rows_added": len(bars) - len(stored),
            "revisions": revisions,
            "duplicates_removed": duplicates,
        }
        return bars

    def _fetch(self, start: date, end: date) -> pd.DataFrame:
        with open_provider("tushare", credentials=self._credentials, **self._request) as provider:
            logger.info("asking tushare for %s, %s to %s", self._ts_code, start, end)
            return provider.daily_bars(self._ts_code, start, end)

    def save(self, data: NoReturn) -> None:
        """Refuse: the pipeline saves the checked bars through a `MarketTableDataset`."""
        raise DatasetError(f"tushare {self._ts_code} is a source and is never written.")

    def _exists(self) -> bool:
        return self._table.is_file() or bool(self._snapshot and self._snapshot.is_file())

    def _describe(self) -> dict[str, Any]:
        return {"table": self._table, "ts_code": self._ts_code, "snapshot": self._snapshot}


def _filepath(value: str | Mapping[str, str]) -> str:
    return value["filepath"] if isinstance(value, Mapping) else value


def _day(setting: str, value: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise SettingError(f"{setting} is {value!r}: write it as YYYY-MM-DD.") from None


def _asked_from(stored: pd.DataFrame, start: date) -> date:
    """The first day asked for in earlier runs, else the first day stored."""
    if stored.empty:
        return start
    return date.fromisoformat(stored.attrs.get("asked_from", f"{stored['date'].iloc[0]:%Y-%m-%d}"))


def _check_end(stored: pd.DataFrame, start: date, end: date) -> None:
    """Refuse a last day that leaves nothing to extend: it is a slip of the pen."""
    if end < start:
        raise SettingError(
            f"end_date is {end}, before start_date {start}: choose an end_date that is not earlier."
        )
    if not stored.empty and end < stored["date"].iloc[0].date():
        raise SettingError(
            f"end_date is {end}, but the bars of {stored.attrs['file']} begin on "
            f"{stored['date'].iloc[0]:%Y-%m-%d} and are never cut: choose a later end_date."
        )


def _source(stored: pd.DataFrame, api: str | None) -> str:
    """What the local bars came from, and the API if it was asked now; each named once."""
    local = str(stored.attrs.get("source", Path(stored.attrs["file"]).name))
    origins = [] if stored.empty else local.split(" + ")
    return " + ".join(dict.fromkeys([*origins, *([api] if api else [])]))


def _warn_of(revisions: list[dict[str, Any]]) -> None:
    if revisions:
        logger.warning(
            "tushare has revised %d values, the first of them %s of %s from %s to %s; the "
            "data-quality report lists all",
            len(revisions),
            *(revisions[0][key] for key in ("column", "date", "old", "new")),
        )
