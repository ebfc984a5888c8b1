from datetime import date

import pytest

from dl_pipelines.errors import (
    DataError,
    ProviderRefusedError,
    SettingError,
    SourceError,
    UnknownSymbolError,
)
from dl_pipelines.io.universe import Universe
from dl_pipelines.params import Holdout
from dl_pipelines.pipelines.stock_lstm.universe_nodes import ingest_universe
from dl_pipelines.pipelines.stock_lstm.universe_symbols import checked_bars
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


def test_a_bar_from_before_the_exchange_is_the_fault_of_its_symbol():
    early = bars(2, days=30).astype(str)
    early.loc[0, "date"] = "1970-01-05"
    early.attrs["file"] = "600002.SH.csv"
    found, report = collect({"600001.SH": reader(1), "600002.SH": lambda: early})
    assert list(found) == ["600001.SH"] and report["first"] == f"{DAYS[0]:%Y-%m-%d}"
    assert "600002.SH.csv has a bar of 1970-01-05" in report["left_out"]["600002.SH"]


def test_a_provider_that_refuses_again_and_again_ends_the_run():
    source = {f"{600000 + number}.SH": refuses for number in range(7)}
    with pytest.raises(SourceError, match="does not answer"):
        collect(source)
    source["600003.SH"] = lacks_it  # not the provider's fault: the row is broken
    with pytest.raises(DataError, match=r"no symbol .* has bars.*600000\.SH: tushare does not"):
        collect(source)


def test_symbols_that_the_provider_does_not_know_are_not_its_failure():
    def unknown():
        raise UnknownSymbolError("tushare has no daily bars of it.")

    source = {f"{600000 + number}.SH": unknown for number in range(7)}
    found, report = collect(source | {"600009.SH": reader(9)})
    assert list(found) == ["600009.SH"] and len(report["left_out"]) == 7


def test_a_refusal_of_all_ends_the_run_at_once_and_keeps_what_is_done():
    asked = []

    def blocked():
        asked.append(1)
        raise ProviderRefusedError("baostock has blocked this user.")

    source = {"600001.SH": reader(1), "600002.SH": reader(2), "600003.SH": reader(3)}
    parts = checked_bars(source | dict.fromkeys(["600004.SH", "600005.SH"], blocked))
    assert list(next(parts)[0]) == ["600001.SH", "600002.SH"]
    kept, report = next(parts)
    assert list(kept) == ["600003.SH"] and list(report["symbols"])[-1] == "600003.SH"
    with pytest.raises(ProviderRefusedError, match="blocked"):
        next(parts)
    assert len(asked) == 1


def test_a_dead_provider_is_told_of_few_symbols_too():
    with pytest.raises(SourceError, match="does not answer"):
        collect({"600001.SH": refuses, "600002.SH": refuses})


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
