from datetime import date

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError, SettingError, SourceError
from dl_pipelines.io.universe import Universe
from dl_pipelines.params import Holdout
from dl_pipelines.pipelines.stock_lstm.universe_nodes import ingest_universe
from dl_pipelines.pipelines.stock_lstm.universe_symbols import (
    checked_bars,
    read_together,
    symbol_samples,
)
from tests.pipelines.stock_lstm.symbols import DAYS, TEST_START, bars

HOLDOUT = Holdout(test_start=TEST_START)


def reader(symbol):
    return lambda: bars(symbol, days=30).astype(str)


def refuses():
    raise SourceError("tushare does not answer; try later.")


def lacks_it():
    raise DataError("there is no such file; add it.")


def collect(source):
    parts, reports = zip(*checked_bars(source), strict=True)
    return {name: frame for part in parts for name, frame in part.items()}, reports[-1]


def test_members_of_a_day_of_the_test_are_refused():
    source = {"600001.SH": reader(1)}
    bars, _ = next(ingest_universe(Universe(source, date(2019, 1, 1)), HOLDOUT))
    assert list(bars) == ["600001.SH"]
    with pytest.raises(SettingError, match="members_on' is 2019-01-02 and the test begins"):
        next(ingest_universe(Universe(source, date(2019, 1, 2)), HOLDOUT))


def test_bars_come_checked_and_typed():
    found, report = collect({"600001.SH": reader(1), "600002.SH": reader(2)})
    assert found["600002.SH"]["high"].dtype == float and len(found["600001.SH"]) == 30
    assert report["symbols"] == {"600001.SH": 30, "600002.SH": 30} and report["left_out"] == {}
    assert (report["first"], report["last"]) == (f"{DAYS[0]:%Y-%m-%d}", f"{DAYS[29]:%Y-%m-%d}")


def test_a_symbol_that_fails_does_not_stop_the_rest():
    bad = bars(3, days=30).astype(str)
    bad.loc[4, "high"] = "0.01"
    source = {
        "600001.SH": reader(1),
        "600002.SH": refuses,
        "600003.SH": lambda: bad,
        "600004.SH": lacks_it,
        "600005.SH": reader(5),
    }
    found, report = collect(source)
    assert list(found) == list(report["symbols"]) == ["600001.SH", "600005.SH"]
    assert set(report["left_out"]) == {"600002.SH", "600003.SH", "600004.SH"}
    assert "high" in report["left_out"]["600003.SH"]


def test_a_provider_that_refuses_again_and_again_ends_the_run():
    source = {f"{600000 + number}.SH": refuses for number in range(7)}
    with pytest.raises(SourceError, match="does not answer"):
        collect(source)
    source["600003.SH"] = lacks_it  # not the provider's fault: the row is broken
    with pytest.raises(DataError, match=r"no symbol .* has bars.*600000\.SH: tushare does not"):
        collect(source)


def test_a_bug_is_no_reason_to_leave_a_symbol_out():
    def bug():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        collect({"600001.SH": bug})


def test_what_is_done_is_kept_when_a_run_is_killed():
    def killed():
        raise KeyboardInterrupt

    source = {f"{600000 + number}.SH": reader(number % 5) for number in range(12)}
    source["600011.SH"] = killed
    kept = []
    with pytest.raises(KeyboardInterrupt):
        kept.extend(some for some, _ in checked_bars(source))
    assert [len(some) for some in kept] == [2] * 5


def test_few_symbols_are_in_memory_at_a_time():
    read = []
    readers = {f"S{number}": lambda number=number: read.append(number) for number in range(130)}
    some = read_together(readers, list(readers))
    assert len(next(some)) == len(read) == 64
    assert [len(each) for each in some] == [64, 2]


def samples(frame, **changes):
    settings = {"sessions": DAYS, "features": ("return_1", "range_22"), "refit_every": 100}
    frame = frame.assign(date=pd.to_datetime(frame["date"]))
    return symbol_samples(frame, **settings, **{"holdout": HOLDOUT, **changes})


def test_samples_are_features_and_references_of_the_days_that_count():
    found = samples(bars(1))
    assert found["values"].shape == (len(DAYS) - 23, 2)
    assert found["dates"][-1] == DAYS[-1].to_datetime64()
    ended = samples(bars(1), holdout=Holdout(test_start=TEST_START, end="2019-06-28"))
    assert ended["dates"][-1] == pd.Timestamp("2019-06-28").to_datetime64()
    for name in ("close_naive", "har_ridge", "values"):
        assert (ended[name][300:] == found[name][300 : len(ended[name])]).all()


def test_days_without_a_trade_are_no_days():
    frame = bars(1)
    frame.loc[[100, 101], "volume"] = 0
    without = samples(frame.drop(index=[100, 101]).reset_index(drop=True))
    for name, array in samples(frame).items():
        np.testing.assert_array_equal(array, without[name])  # NaN where there is no ridge yet


@pytest.mark.parametrize(
    ("days", "reason"),
    [(12, "12 trading days"), (200, "no day from test_start"), (23, "23 trading days")],
)
def test_a_symbol_that_is_too_short_says_why(days, reason):
    assert reason in samples(bars(1, days=days))


def test_too_little_past_before_the_test_says_why():
    late = bars(1).iloc[300:].reset_index(drop=True)
    assert "need 250" in samples(late)
