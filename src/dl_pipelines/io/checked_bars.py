"""The Kedro dataset of daily bars that a second provider is asked for too, to compare."""

import logging
from collections.abc import Mapping
from typing import Any, NoReturn

import pandas as pd
from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import DataError
from dl_pipelines.io.differences import provider_differences, warn_of_differences
from dl_pipelines.sources.providers import check_provider, open_provider

logger = logging.getLogger(__name__)


class CheckedBarsDataset(AbstractDataset[NoReturn, pd.DataFrame]):
    """Another dataset's daily bars, with all that a provider gives differently in their `attrs`.

    In a catalog:

        bars:
          type: dl_pipelines.io.checked_bars.CheckedBarsDataset
          dataset: {type: dl_pipelines.io.market.MarketCsvDataset, filepath: data/01_raw/bars.csv}
          ts_code: 000300.SH
          provider: baostock
    """

    def __init__(
        self,
        *,
        dataset: Mapping[str, Any],
        ts_code: str,
        provider: str,
        credentials: Mapping[str, str] | None = None,
        request: Mapping[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Wrap a dataset; nothing is asked yet.

        Args:
            dataset: Catalog entry of the dataset whose bars are taken.
            ts_code: The symbol.
            provider: Who is asked for the same days.
            credentials: What `open_provider` needs to know.
            request: `attempts`, `backoff_seconds` and `timeout_seconds` of `Retries`.
            metadata: Free notes for hooks.

        Raises:
            SettingError: If there is no such provider.
        """
        check_provider(provider)
        self._dataset: AbstractDataset[Any, pd.DataFrame] = AbstractDataset.from_config(
            "bars", dict(dataset)
        )
        self._ts_code = ts_code
        self._provider = provider
        self._credentials = credentials or {}
        self._request = dict(request or {})
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Load the bars and compare them, from the first to the last, with the provider's.

        Returns:
            The bars as they are; `attrs["provider_differences"]` lists what differs.

        Raises:
            DataError: If no day can be read from them.
            SourceError: If the provider cannot be used, or fails.
        """
        bars = self._dataset.load()
        days = pd.to_datetime(bars["date"], errors="coerce").dropna()
        if days.empty:
            raise DataError(f"{bars.attrs['file']} has no days: there is nothing to compare.")
        first, last = days.min().date(), days.max().date()
        name = f"{self._provider} {self._ts_code}"
        logger.info("comparing with %s, %s to %s", name, first, last)
        credentials, request = self._credentials, self._request
        with open_provider(self._provider, credentials=credentials, **request) as provider:
            others = provider.daily_bars(self._ts_code, first, last)
        differences = provider_differences(bars, others, (str(bars.attrs["source"]), name))
        warn_of_differences(differences)
        known = list(bars.attrs.get("provider_differences", []))
        bars.attrs["provider_differences"] = known + differences
        return bars

    def save(self, data: NoReturn) -> None:
        """Refuse: it is a source."""
        raise DatasetError(f"{self._ts_code} is a source and is never written.")

    def _exists(self) -> bool:
        return self._dataset.exists()

    def _describe(self) -> dict[str, Any]:
        return {**self._dataset._describe(), "checked_against": self._provider}
