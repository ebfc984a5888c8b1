"""The parser of stored tables of daily bars, which are parquet."""

import io
import json
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dl_pipelines.frames.schemas import check_daily_bars
from dl_pipelines.io.bars_files import read_local_bars, write_table
from dl_pipelines.io.extending import first_asked
from dl_pipelines.io.market import MarketTableDataset
from tests.fuzz.mutations import mutated, mutated_json
from tests.fuzz.parser import Parser
from tests.fuzz.tables import SNAPSHOT, judged, sound_bars


def read_stored(content: bytes, folder: Path) -> None:
    path = folder / "bars.parquet"
    path.write_bytes(content)
    judged(MarketTableDataset(str(path)).load())
    stored = read_local_bars(path, None)
    assert isinstance(first_asked(stored, date(2026, 1, 5)), date)
    sound_bars(check_daily_bars(stored))


@cache
def parquet() -> bytes:
    """The bars as a parquet table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bars")
        path.with_suffix(".csv").write_bytes(SNAPSHOT)
        bars = read_local_bars(path.with_suffix(".parquet"), path.with_suffix(".csv"))
        bars.attrs |= {"source": "bars.csv", "asked_from": "2026-01-05"}
        write_table(bars, path.with_suffix(".parquet"))
        return path.with_suffix(".parquet").read_bytes()


def damaged_parquet(draw: Random) -> bytes:
    """Damage to the file, or a sound file of columns and notes that are not what they should be."""
    if draw.random() < 0.5:
        return mutated(parquet(), draw)
    bars = pd.read_parquet(io.BytesIO(parquet()))
    notes: Any = bars.attrs
    name = draw.choice(list(bars))
    match draw.randrange(5):
        case 0:
            bars[name] = bars[name].astype(draw.choice(["str", "category"]))
        case 1:
            bars = bars.drop(columns=name)
        case 2:
            bars["date"] = bars["date"].dt.tz_localize(draw.choice(["UTC", "Asia/Shanghai"]))
        case 3:
            bars.loc[draw.choice(bars.index), name] = None
        case _:
            notes = mutated_json(notes, draw)
    table = pa.Table.from_pandas(bars, preserve_index=False)
    told = (table.schema.metadata or {}) | {b"PANDAS_ATTRS": json.dumps(notes).encode()}
    file = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(told), file)
    return file.getvalue()


PARSERS = {"parquet": Parser(damaged_parquet, read_stored)}
