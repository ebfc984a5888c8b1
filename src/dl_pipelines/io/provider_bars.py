"""The Kedro dataset of the daily bars of one symbol that a provider extends."""

import logging
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pandas as pd
from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import SettingError
from dl_pipelines.io.bars_files import check_symbol, read_local_bars
from dl_pipelines.io.differences import provider_differences, warn_of_differences
from dl_pipelines.io.extending import check_end, first_asked, iso_day, missing_spans
from dl_pipelines.io.merging import (
    append_bars,
    check_same_symbol,
    merge_bars,
    refuse_rescaled,
    rescaled_by,
    warn_of_revisions,
)
from dl_pipelines.io.origins import is_of_another, joined_origins, origins_of
from dl_pipelines.sources.providers import check_provider, open_provider

logger = logging.getLogger(__name__)

Span = tuple[date, date]
_CHINA = ZoneInfo("Asia/Shanghai")


class ProviderBarsDataset(AbstractDataset[NoReturn, pd.DataFrame]):
    """Daily bars of a symbol: the local table, extended by what a provider has beyond it.

    Loading writes nothing: the pipeline checks the bars and saves them through a
    `MarketTableDataset` of the same file. What that file must keep between runs travels in the
    frame's `attrs`.

    Only days beyond the local table's two ends are asked for, and some that it has, to compare. A
    value that the provider itself has revised is taken over and reported; if all prices are another
    multiple, as after a corrected adjustment factor, the table is asked for anew. Where another
    provider was asked last, its values stay and differences are reported. A day missing inside the
    table stays missing; the report names it. To fill it, delete the table and name no snapshot.
    """

    def __init__(
        self,
        *,
        provider: str,
        table: str | Mapping[str, str],
        ts_code: str,
        start_date: str,
        end_date: str | None = None,
        snapshot: str | Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
        overlap_days: int = 5,
        request: Mapping[str, Any] | None = None,
        quiet: bool = False,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe what is wanted; nothing is asked yet.

        Args:
            provider: A key of `dl_pipelines.sources.providers.PROVIDERS`.
            table: The local parquet table, a path or `{filepath: path}`; Kedro resolves only the
                latter against the project's root.
            ts_code: The symbol, e.g. `000300.SH`.
            start_date: First day wanted, ISO. The local bars are extended to it at least, and
                never cut: bars before it stay.
            end_date: Last day wanted, ISO; today in China if null. Likewise, bars after it stay.
            snapshot: A CSV file of daily bars to begin with while there is no table, as `table`.
            credentials: What `open_provider` needs to know.
            overlap_days: Rows at the table's end that are asked for again, to compare.
            request: `attempts`, `backoff_seconds` and `timeout_seconds` of `Retries`.
            quiet: Whether the log says nothing of what is read and asked for, as of one of many.
            metadata: Free notes for hooks.

        Raises:
            SettingError: If there is no such provider, or a date or `overlap_days` makes no sense.
        """
        check_provider(provider)
        if overlap_days < 1:
            raise SettingError(f"overlap_days is {overlap_days}: it must be 1 or more.")
        self._provider = provider
        self._table = Path(_filepath(table))
        self._ts_code = ts_code
        self._start = iso_day("start_date", start_date)
        self._end = iso_day("end_date", end_date) if end_date else None
        self._snapshot = Path(_filepath(snapshot)) if snapshot and _filepath(snapshot) else None
        self._credentials = credentials or {}
        self._overlap_days = overlap_days
        self._request = dict(request or {})
        self._level = logging.DEBUG if quiet else logging.INFO
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read the local bars and ask the provider for the days they lack.

        Returns:
            Daily bars, ascending. `attrs`: `file`; `source`; `ts_code`; `rows_added` to the local
            bars; `revisions` (see `merge_bars`); `provider_differences` (see there);
            `duplicates_removed`; `asked_from`, the first day asked for so far, so that days before
            the symbol began are asked for once. `source` names all that the bars ever came from,
            the provider asked last at the end: `csi300_daily.csv`, later
            `csi300_daily.csv + tushare 000300.SH`.

        Raises:
            DataError: If a local file is damaged.
            SettingError: If `end_date` lies before `start_date` or before the first local bar, or
                the local files belong to another symbol or have prices adjusted otherwise.
            SourceError: If the provider cannot be used, or fails.
        """
        stored = read_local_bars(self._table, self._snapshot)
        end = self._end or datetime.now(_CHINA).date()
        check_end(stored, self._start, end, "end_date" if self._end else "today, by the clock,")
        asked_from = first_asked(stored, self._start)
        spans = missing_spans(
            stored, self._start, end, asked_from=asked_from, overlap_days=self._overlap_days
        )
        does = "extends" if spans else "need not extend"
        told = Path(stored.attrs["file"]).name, self._provider, does
        logger.log(self._level, "daily bars from %s, which %s %s", *told)
        first = min(self._start, asked_from)
        bars = self._extended(stored, spans, (first, end))
        check_symbol(Path(stored.attrs["file"]), self._ts_code)  # where no day was compared
        bars.attrs["asked_from"] = first.isoformat()
        return bars

    def _extended(self, stored: pd.DataFrame, spans: list[Span], whole: Span) -> pd.DataFrame:
        """The local bars and what the provider has in the spans; `attrs` tell what was done."""
        origins, name = origins_of(stored), f"{self._provider} {self._ts_code}"
        before = origins[-1] if is_of_another(origins, self._provider) else None
        bars, replies = self._replies(stored, spans, whole)
        differences: list[dict[str, Any]] = []
        for fetched in replies:
            check_same_symbol(bars, fetched, name)
            if before:
                differences += provider_differences(bars, fetched, (before, name))
                bars = append_bars(bars, fetched)
            else:
                bars, _ = merge_bars(bars, fetched)
        revisions = [] if before else merge_bars(stored, bars)[1]
        warn_of_revisions(revisions, name, listed=self._level > logging.DEBUG)
        warn_of_differences(differences)
        bars.attrs = {
            "file": stored.attrs["file"],
            "source": joined_origins(origins, name if spans else None),
            "ts_code": self._ts_code,
            "rows_added": len(bars) - len(stored),
            "revisions": revisions,
            "provider_differences": differences,
            "duplicates_removed": sum(int(each.attrs["duplicates_removed"]) for each in replies),
        }
        return bars

    def _replies(
        self, stored: pd.DataFrame, spans: list[Span], whole: Span
    ) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
        """What to go on with, and what the provider has; all anew where it has another scale."""
        name = f"{self._provider} {self._ts_code}"
        replies = [*self._fetched(spans)] if spans else []
        scales = [scale for each in replies if (scale := rescaled_by(stored, each)) != 1.0]
        if not scales:
            return stored, replies
        if origins_of(stored) != [name]:
            check_same_symbol(stored, replies[0], name)
            refuse_rescaled(stored, name, scales[0])
        logger.warning("%s: all prices are now %.6g times those before", name, scales[0])
        last = max(whole[1], stored["date"].iloc[-1].date())
        return stored.iloc[:0], [*self._fetched([(whole[0], last)])]

    def _fetched(self, spans: list[Span]) -> Iterator[pd.DataFrame]:
        """The provider's bars of each span."""
        credentials, request = self._credentials, self._request
        with open_provider(self._provider, credentials=credentials, **request) as provider:
            for start, end in spans:
                wanted = (provider.name, self._ts_code, start, end)
                logger.log(self._level, "asking %s for %s, %s to %s", *wanted)
                yield provider.daily_bars(self._ts_code, start, end)

    def save(self, data: NoReturn) -> None:
        """Refuse: the pipeline saves the checked bars through a `MarketTableDataset`."""
        raise DatasetError(f"{self._provider} {self._ts_code} is a source and is never written.")

    def _exists(self) -> bool:
        return self._table.is_file() or bool(self._snapshot and self._snapshot.is_file())

    def _describe(self) -> dict[str, Any]:
        return {
            "provider": self._provider,
            "table": self._table,
            "ts_code": self._ts_code,
            "snapshot": self._snapshot,
        }


def _filepath(value: str | Mapping[str, str]) -> str:
    return value["filepath"] if isinstance(value, Mapping) else value
