"""The samples of a universe, symbol by symbol: features, references and the unit of targets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.errors import DataError, DlPipelinesError
from dl_pipelines.evaluation.baselines import close_naive, har_ridge, persistence
from dl_pipelines.frames.cleaning import clean_daily_bars
from dl_pipelines.frames.features import HISTORY, daily_features
from dl_pipelines.params import Holdout
from dl_pipelines.pipelines.stock_lstm.universe_symbols import Reader, or_mistake

Samples = dict[str, NDArray[Any]]

_IN_MEMORY = 64  # symbols whose bars are read at a time
_LEAST_RANGE = 0.005  # below the quietest month of the CSI300 since 2005, which has 0.0065


def read_together(
    readers: Mapping[str, Reader], symbols: Iterable[str]
) -> Iterator[dict[str, pd.DataFrame]]:
    """The bars of some symbols at a time, so that never all are in memory.

    Args:
        readers: Symbol → what reads its bars.
        symbols: Those that are wanted.
    """
    names = iter(symbols)
    while some := list(islice(names, _IN_MEMORY)):
        yield {symbol: readers[symbol]() for symbol in some}


def symbol_samples(
    bars: pd.DataFrame,
    *,
    sessions: pd.DatetimeIndex,
    features: Sequence[str],
    holdout: Holdout,
    refit_every: int,
) -> Samples | str:
    """The samples of one symbol as `data.panel.Panel` takes them, or why there are none.

    Args:
        bars: Checked daily bars.
        sessions: The exchange's trading days.
        features: What the network sees.
        holdout: The days that count.
        refit_every: Days between two fits of the HAR ridge.
    """
    found = or_mistake(partial(_samples, bars, sessions, features, holdout, refit_every))
    return str(found) if isinstance(found, DlPipelinesError) else found


def _samples(
    bars: pd.DataFrame,
    sessions: pd.DatetimeIndex,
    features: Sequence[str],
    holdout: Holdout,
    refit_every: int,
) -> Samples:
    # suspended stocks have bars without a trade
    traded = clean_daily_bars(bars[bars["volume"] > 0], sessions)
    known = daily_features(traded)
    rows = _within(known.assign(unit=_month_range(traded, known)), holdout)
    prices = {
        "actual": rows["high_next"],
        "close": rows["close"],
        "persistence": persistence(rows),
        "close_naive": close_naive(rows, holdout.test_start),
        "har_ridge": har_ridge(rows, holdout.test_start, refit_every=refit_every),
        "range_22": rows["unit"],
    }
    return {
        "values": rows.assign(range_22=rows["unit"])[list(features)].to_numpy(np.float32),
        "dates": rows["target_date"].to_numpy("datetime64[D]"),
        **{name: np.asarray(price, dtype=np.float32) for name, price in prices.items()},
    }


def _month_range(bars: pd.DataFrame, features: pd.DataFrame) -> pd.Series:
    """The mean range of 22 days, but no less than the mean move from close to close, [N].

    A share at its price limit all day, for weeks after its initial offering or around bad news, has
    no range although it moves; in units of (almost) nothing its targets would spoil the scaling
    that all symbols share. Ordinary months have more range than move.
    """
    moves = np.log(bars["close"]).diff().abs().rolling(22).mean()
    least = moves.iloc[HISTORY:].reset_index(drop=True).clip(lower=_LEAST_RANGE)
    return features["range_22"].clip(lower=least)


def _within(features: pd.DataFrame, holdout: Holdout) -> pd.DataFrame:
    """The days that count; a symbol may begin later or end sooner than the setting says."""
    days = features["target_date"]
    chosen = days.notna()
    if holdout.start:
        chosen &= features["date"] >= pd.Timestamp(holdout.start)
    if holdout.end:
        chosen &= days <= pd.Timestamp(holdout.end)
    if not (chosen & (days >= pd.Timestamp(holdout.test_start))).any():
        raise DataError(f"it has no day from test_start {holdout.test_start} on.")
    return features[chosen].reset_index(drop=True)
