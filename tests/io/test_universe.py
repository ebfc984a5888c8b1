from contextlib import contextmanager
from datetime import date

import pandas as pd
import pytest
from kedro.io import DatasetError

from dl_pipelines.errors import DataError, SettingError, SourceError, user_error
from dl_pipelines.io import provider_bars, universe
from dl_pipelines.io.market import MarketTableDataset
from dl_pipelines.io.universe import UniverseBarsDataset, universe_symbols

BARS = "date,open,high,low,close,volume\n2020-01-02,1,3,1,2,100\n"


@pytest.mark.parametrize(
    "symbols",
    ["600519.SH 000858.SZ", ["000858.SZ", "600519.SH"], "  600519.SH\n000858.SZ 600519.SH "],
)
def test_ts_codes_are_listed_once_and_in_order(symbols):
    assert universe_symbols(symbols) == ["000858.SZ", "600519.SH"]


@pytest.mark.parametrize(
    "text",
    [
        "600519.SH\n000858.SZ\n",
        "﻿ts_code\n600519.SH\n\n000858.SZ",
        'ts_code,name\n"600519.SH",Kweichow Moutai\n000858.SZ,Wuliangye\n',
    ],
)
def test_a_file_names_one_a_line(tmp_path, text):
    file = tmp_path / "symbols.txt"
    file.write_text(text, encoding="utf-8")
    assert universe_symbols(str(file)) == ["000858.SZ", "600519.SH"]


def test_many_ts_codes_are_not_taken_for_the_name_of_a_file():
    names = [f"{number}.SH" for number in range(600000, 600300)]
    assert universe_symbols(" ".join(names)) == names


@pytest.mark.parametrize(
    "symbols",
    [
        "600519",
        600519,
        True,
        [600519],
        "hs301",
        "",
        [],
        "600519.SH no/file.txt",
        "x" * 300,
        "60051\uff19.SH",
    ],
)
def test_what_is_no_symbol_is_named(symbols):
    with pytest.raises(SettingError, match=r"'stock.universe' has '.*neither a ts_code"):
        universe_symbols(symbols)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"600519.SH\n60051.SH\n", "line 2: '60051.SH' is no ts_code"),
        (b"600519SH\n600519.SH\n", "line 1: '600519SH' is no ts_code"),
        (b"name\n", "names no ts_code"),
        (b"", "names no ts_code"),
        (b"600519.SH\n\xff\xfe\x00", "line 2 is not UTF-8 text: save the file in UTF-8"),
        ("60051\uff19.SH\n".encode(), "line 1: '60051\uff19.SH' is no ts_code"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path, content, sentence):
    file = tmp_path / "symbols.txt"
    file.write_bytes(content)
    with pytest.raises(DataError, match=sentence) as caught:
        universe_symbols(str(file))
    assert str(file) in str(caught.value)


class Market:
    """A provider that knows two shares."""

    name = "tushare"

    def __init__(self):
        self.asked = []

    def daily_bars(self, ts_code, start, end):
        self.asked.append((ts_code, start, end))
        if ts_code == "600404.SH":
            raise SourceError(f"tushare has no daily bars of {ts_code}: check the ts_code.")
        days = pd.bdate_range(start, end)
        frame = pd.DataFrame({"date": days, "volume": 100.0, "amount": 1.0})
        frame[["open", "high", "low", "close"]] = 10.0
        frame.attrs["duplicates_removed"] = 0
        return frame

    def index_members(self, index, day):
        assert (index, day) == ("hs300", date(2018, 12, 31))
        return ["000858.SZ", "600519.SH"]


@pytest.fixture
def market(monkeypatch):
    market = Market()

    @contextmanager
    def opened(name, *, credentials, **request):
        assert (name, credentials, request) == ("tushare", {"token": "t"}, {"attempts": 2})
        yield market

    for module in (universe, provider_bars):
        monkeypatch.setattr(module, "open_provider", opened)
    return market


def dataset(
    root,
    universe="600519.SH 000858.SZ",
    source="files",
    *,
    end_date="2020-01-10",
    check_against=None,
    members_on="2018-12-31",
):
    return UniverseBarsDataset(
        universe=universe,
        source=source,
        path=str(root),
        table={"path": str(root / "tables")},
        start_date="2020-01-01",
        end_date=end_date,
        members_on=members_on,
        check_against=check_against,
        credentials={"token": "t"},
        request={"attempts": 2},
    )


def test_bars_are_read_when_they_are_asked_for(tmp_path):
    (tmp_path / "600519.SH.csv").write_text(BARS)
    readers = dataset(tmp_path).load()
    assert list(readers) == ["000858.SZ", "600519.SH"]
    assert readers["600519.SH"]()["high"].tolist() == ["3"]
    with pytest.raises(DataError, match=r"000858\.SZ\.csv does not exist: put the bars"):
        readers["000858.SZ"]()


def test_a_provider_is_asked_for_what_the_table_of_a_symbol_lacks(tmp_path, market):
    first = dataset(tmp_path, source="tushare").load()["600519.SH"]()
    assert market.asked == [("600519.SH", date(2020, 1, 1), date(2020, 1, 10))]
    MarketTableDataset(str(tmp_path / "tables/600519.SH.parquet")).save(first)

    again = dataset(tmp_path, source="tushare").load()["600519.SH"]()
    assert len(market.asked) == 1 and again.equals(first)

    longer = dataset(tmp_path, source="tushare", end_date="2020-01-15").load()["600519.SH"]()
    assert market.asked[1][1] >= date(2020, 1, 6)
    assert len(longer) == len(first) + 3


def test_providers_are_compared_for_one_symbol_only(tmp_path):
    with pytest.raises(DatasetError, match="compares the bars of one symbol"):
        dataset(tmp_path, check_against="tushare").load()


def test_an_index_has_the_members_of_its_day(tmp_path, market):
    readers = dataset(tmp_path, "hs300", "tushare").load()
    assert list(readers) == ["000858.SZ", "600519.SH"] and market.asked == []
    assert readers.members_on == date(2018, 12, 31)
    assert dataset(tmp_path).load().members_on is None


def test_a_day_that_is_none_is_named(tmp_path, market):
    with pytest.raises(DatasetError, match="members_on is 'yesterday': write it as YYYY-MM-DD"):
        dataset(tmp_path, "hs300", "tushare", members_on="yesterday").load()


def test_files_do_not_know_the_members_of_an_index(tmp_path):
    with pytest.raises(DatasetError, match="only a provider knows") as caught:
        dataset(tmp_path, "hs300").load()
    assert isinstance(user_error(caught.value), SettingError)


def test_a_symbol_that_the_provider_does_not_know_is_its_error(tmp_path, market):
    readers = dataset(tmp_path, "600404.SH 600519.SH", "tushare").load()
    with pytest.raises(DatasetError, match=r"no daily bars of 600404\.SH") as caught:
        readers["600404.SH"]()
    assert isinstance(user_error(caught.value), SourceError)


def test_it_is_never_written(tmp_path):
    with pytest.raises(DatasetError, match="never written"):
        dataset(tmp_path).save({})
