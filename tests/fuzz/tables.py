"""Parsers of tables: daily bars, universes, house prices."""

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.frames.houses import HOUSES
from dl_pipelines.frames.parsing import parse_daily_bars
from dl_pipelines.frames.requests import bars_of_request
from dl_pipelines.frames.schemas import check_daily_bars
from dl_pipelines.io.bars_files import read_local_bars
from dl_pipelines.io.houses import HousesDataset
from dl_pipelines.io.market import MarketCsvDataset
from dl_pipelines.io.universe import universe_symbols
from dl_pipelines.sources.symbols import is_ts_code
from tests.frames.houses.conftest import AMES_ROW, NO_BASEMENT, NO_GARAGE
from tests.fuzz.mutations import mutated, mutated_json
from tests.fuzz.parser import Parser, damaged

PRICES = ["open", "high", "low", "close"]
BARS = b"""date,open,high,low,close,volume,amount
2026-01-05,99.0,102.0,98.0,100.0,3000.0,4000.0
2026-01-06,100.0,103.0,99.0,101.0,3001.0,
2026-01-07,101.0,104.0,100.0,102.0,3002.0,4002.5
2026-01-08,102.0,105.0,101.0,103.0,3003.0,4003.0
"""
SNAPSHOT = BARS.replace(b"3001.0,", b"3001.0,4001.0")  # every cell of it has to be a number
UNIVERSES = (
    b"ts_code,name\n600519.SH,Moutai\n000001.SZ,Ping An\n430047.BJ,\n",
    b"600519.SH\n000001.SZ\r\n",
)
ROWS = 24  # of a request
BOSTON = b"""CRIM,ZN,INDUS,CHAS,NOX,RM,AGE,DIS,RAD,TAX,PTRATIO,B,LSTAT,price
0.00632,18.0,2.31,0.0,0.538,6.575,65.2,4.09,1.0,296.0,15.3,396.9,4.98,24.0
0.02731,0.0,7.07,0.0,0.469,6.421,78.9,4.9671,2.0,242.0,17.8,396.9,9.14,21.6
0.02729,0.0,7.07,1.0,0.469,7.185,61.1,4.9671,2.0,242.0,17.8,392.83,4.03,34.7
"""
CALIFORNIA = b"""longitude,latitude,housing_median_age,total_rooms,total_bedrooms,population,\
households,median_income,median_house_value,ocean_proximity
-122.23,37.88,41.0,880.0,129.0,322.0,126.0,8.3252,452600.0,NEAR BAY
-118.4,34.0,52.0,1000.0,,500.0,200.0,2.5,500001.0,<1H OCEAN
"""


def sound_bars(bars: pd.DataFrame) -> None:
    """Assert what daily bars are, in other words than the schema's."""
    prices, volume = bars[PRICES].to_numpy(), bars["volume"].to_numpy()
    assert len(bars)
    assert bars["date"].notna().all()
    assert np.isfinite(prices).all()
    assert (prices > 0).all()
    assert (prices.min(axis=1) >= bars["low"]).all()
    assert (prices.max(axis=1) <= bars["high"]).all()
    assert ((volume >= 0) & (volume < np.inf)).all()
    assert bars["date"].is_monotonic_increasing
    assert bars["date"].is_unique


def judged(text: pd.DataFrame) -> None:
    """What every pipeline does to the bars that it loads."""
    sound_bars(check_daily_bars(parse_daily_bars(text)))


def read_bars(content: bytes, folder: Path) -> None:
    path = folder / "bars.csv"
    path.write_bytes(content)
    judged(MarketCsvDataset(str(path)).load())


def read_snapshot(content: bytes, folder: Path) -> None:
    path = folder / "bars.csv"
    path.write_bytes(content)
    bars = read_local_bars(folder / "none.parquet", path)
    assert bars["date"].dtype.kind == "M"
    assert all(bars[name].dtype == float for name in PRICES)
    judged(bars)


def read_universe(content: bytes, folder: Path) -> None:
    path = folder / "universe.csv"
    path.write_bytes(content)
    _sound_symbols(universe_symbols(str(path)))


def read_universe_setting(universe: Any, _: Path) -> None:
    _sound_symbols(universe_symbols(universe))


def _sound_symbols(symbols: list[str]) -> None:
    assert symbols
    assert symbols == sorted(set(symbols))
    assert all(is_ts_code(symbol) for symbol in symbols)


def universe_setting(draw: Random) -> Any:
    """What the setting may be, as a list or as text."""
    symbols = ["600519.SH", "000001.SZ", "430047.BJ"]
    if draw.random() < 0.5:
        return mutated_json(symbols, draw)
    return mutated(" ".join(symbols).encode(), draw).decode(errors="surrogateescape")


def read_houses(name: str, content: bytes, folder: Path) -> None:
    (folder / f"{name}.csv").write_bytes(content)
    table = HOUSES[name]
    houses = table.clean(table.parse(HousesDataset(name, str(folder)).load()))
    features = table.features(houses)
    assert len(features) == len(houses) > 0
    assert ((features["price"] > 0) & (features["price"] < np.inf)).all()
    numbers = features.select_dtypes("float64")
    assert not np.isinf(numbers.to_numpy()).any()
    assert set(numbers.columns[numbers.isna().any()]) <= {
        *("log_Lot.Frontage", "log_total_bedrooms", "total_bedrooms"),
        *(name for name in numbers if "bedroom" in name),
    }


def request(draw: Random) -> Any:
    """The rows that somebody sends to a model server."""
    row = {"open": 99.0, "high": 102.0, "low": 98.0, "close": 100.0, "volume": 3000.0}
    return mutated_json([dict(row) for _ in range(ROWS)], draw)


def read_request(rows: Any, _: Path) -> None:
    try:
        sent = pd.DataFrame(rows)
    except Exception:  # MLflow's own parser refuses that before us
        sent = rows
    sound_bars(bars_of_request(sent, at_least=ROWS - 1))


def _ames() -> bytes:
    rows = pd.DataFrame([AMES_ROW, AMES_ROW | NO_BASEMENT, AMES_ROW | NO_GARAGE], dtype="str")
    return rows.to_csv(index=False).encode()


def _house_parser(name: str, content: bytes) -> Parser:
    return Parser(damaged(content), lambda given, folder: read_houses(name, given, folder))


PARSERS = {
    "bars": Parser(damaged(BARS), read_bars),
    "snapshot": Parser(damaged(SNAPSHOT), read_snapshot),
    "universe": Parser(damaged(*UNIVERSES), read_universe),
    "universe setting": Parser(universe_setting, read_universe_setting),
    "request": Parser(request, read_request),
    "boston": _house_parser("boston", BOSTON),
    "california": _house_parser("california", CALIFORNIA),
    "ames": _house_parser("ames", _ames()),
}
