import pytest
from kedro.io import DatasetError

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.io.universe import UniverseBarsDataset, universe_symbols

BARS = "date,open,high,low,close,volume\n2020-01-02,1,3,1,2,100\n"


@pytest.mark.parametrize(
    "universe",
    ["600519.SH 000858.SZ", ["000858.SZ", "600519.SH"], "  600519.SH\n000858.SZ 600519.SH "],
)
def test_ts_codes_are_listed_once_and_in_order(universe):
    assert universe_symbols(universe) == ["000858.SZ", "600519.SH"]


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


@pytest.mark.parametrize("universe", ["600519", "hs301", "", [], "600519.SH no/such/file.txt"])
def test_what_is_no_symbol_is_named(universe):
    with pytest.raises(SettingError, match=r"'stock.universe' has '.*neither a ts_code"):
        universe_symbols(universe)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"600519.SH\n60051.SH\n", "line 2: '60051.SH' is no ts_code"),
        (b"name\n", "names no ts_code"),
        (b"", "names no ts_code"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path, content, sentence):
    file = tmp_path / "symbols.txt"
    file.write_bytes(content)
    with pytest.raises(DataError, match=sentence) as caught:
        universe_symbols(str(file))
    assert str(file) in str(caught.value)


def test_bars_are_read_when_they_are_asked_for(tmp_path):
    (tmp_path / "600519.SH.csv").write_text(BARS)
    readers = UniverseBarsDataset(universe="600519.SH 000858.SZ", path=str(tmp_path)).load()
    assert list(readers) == ["000858.SZ", "600519.SH"]
    assert readers["600519.SH"]()["high"].tolist() == ["3"]
    with pytest.raises(DataError, match=r"000858\.SZ\.csv cannot be read"):
        readers["000858.SZ"]()


def test_it_is_never_written(tmp_path):
    with pytest.raises(DatasetError, match="never written"):
        UniverseBarsDataset(universe="600519.SH", path=str(tmp_path)).save({})
