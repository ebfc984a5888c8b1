"""Inputs that fuzzing has found: each once made a parser do what it must not do."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from PIL import Image
from pyarrow import parquet

from tests.fuzz import binaries, replies
from tests.fuzz.binaries import npy
from tests.fuzz.bombs import idx_header, weights_with
from tests.fuzz.mutations import json_bytes
from tests.fuzz.parser import MOST_SECONDS, is_accepted, time_limit
from tests.fuzz.parsers import PARSERS
from tests.fuzz.replies import FIELDS
from tests.fuzz.tables import BARS, BOSTON, ROWS, SNAPSHOT

ROW = replies.ROWS[0]


def reply(fields: Any = FIELDS, items: Any = replies.ROWS) -> bytes:
    return json_bytes({"code": 0, "msg": "", "data": {"fields": fields, "items": items}})


def checkpoint(size: int) -> bytes:
    """A checkpoint whose tensor of 16 bytes has some other size."""
    file = io.BytesIO()
    sound = zipfile.ZipFile(io.BytesIO(binaries.checkpoint()))
    with zipfile.ZipFile(file, "w") as made:
        for name in sound.namelist():
            made.writestr(name, bytes(size) if name.endswith("data/0") else sound.read(name))
    return file.getvalue()


def jpeg(scans: int) -> bytes:
    """A progressive picture whose last scan is there so many times."""
    file = io.BytesIO()
    Image.new("L", (64, 64), 90).save(file, "JPEG", progressive=True)
    end = file.getvalue().rindex(b"\xff\xda")
    return file.getvalue()[:end] + file.getvalue()[end:-2] * scans + b"\xff\xd9"


def parquet_of_type(name: str) -> bytes:
    """A table whose notes for pandas name some type for the dates."""
    dates = pd.DataFrame({"date": pd.date_range("2026-01-05", periods=3)})
    table = pa.Table.from_pandas(dates)
    notes = table.schema.metadata[b"pandas"].replace(b"datetime64[us]", name.encode())
    file = io.BytesIO()
    parquet.write_table(table.replace_schema_metadata({b"pandas": notes}), file)
    return file.getvalue()


BAR = {"open": 99.0, "high": 102.0, "low": 98.0, "close": 100.0, "volume": 3000.0}
REFUSED: dict[str, tuple[str, Any]] = {
    "an escape that clears the screen": ("bars", BARS.replace(b"99.0", b"\x1b[2J", 1)),
    "a cell that fills the terminal": ("bars", BARS.replace(b"99.0", b"x" * 10**6, 1)),
    "advice of pandas in five lines": ("snapshot", SNAPSHOT.replace(b"2026-01-06", b"{0}")),
    "text that runs backwards": ("universe", "ts_code\n\u202e\n".encode()),
    "text that the command line could not decode": ("text setting", "at 10\udcc0\udcafam"),
    "a long text in which Kedro looks for passwords": ("text setting", "x" * 10**6 + "\udcff"),
    "an array whose header breaks off": ("npy", npy().replace(b"}", b" ")),
    "a checkpoint of which a record is too long": ("checkpoint", checkpoint(19)),
    "images of no size": ("images", idx_header(0, 2**32 - 1, 2**32 - 1)),
    "weights with a header that is too deep": ("weights", weights_with("[" * 100_000)),
    "weights with a list for a header": ("weights", weights_with("[1]")),
    "a size of 5,000 digits": ("word vectors", b"3 " + b"9" * 5000 + b"\nthe 1 2\n"),
    "a number of 200,000 digits and a letter": (
        "word vectors",
        b"2 1\na " + b"1" * 200_000 + b"x 0.5\n",
    ),
    "a long word": ("word vectors", b"x" * 501 + b" 1 2\n"),
    "too many columns": ("bars", b"x," * 1000 + BARS),
    "too many columns behind line feeds in quotes": ("bars", b'"\n\n",' + b"x," * 40_000 + b"\n"),
    "a cell longer than tables have": ("bars", b'"' + b"x" * 10**6 + b'"\n'),
    "a JPEG of 200 scans": ("pictures", jpeg(200)),
    "names of columns that are lists": ("tushare bars", reply(fields=[FIELDS])),
    "a volume beyond all numbers": ("tushare bars", reply(items=[[*ROW[:5], 1e308, 1.0]])),
    "a type of dates that breaks off": ("parquet", parquet_of_type("datetime64[us_")),
    "a row of members that is a list": (
        "baostock members",
        b"00.9.40\x0101\x0100000001320\x01success\x01query\x01anonymous\x011\x012000\x01"
        b'{"record": [["2026-01-05", "sh.600000", "a"], [["2026-01-05", "a"]]]}'
        b"\x01\x01updateDate, code, code_name\x01<![CDATA[]]>\n",
    ),
    "spaces that do not break": ("boston", BOSTON.replace(b"INDUS", "INDUS\u00a0".encode())),
    "an infinite amount": ("tushare bars", reply(items=[[*ROW[:5], 1.0, float("inf")]])),
    "a factor that makes a price of infinity": (
        "tushare factors",
        reply(["trade_date", "adj_factor"], [[row[0], 1e308] for row in replies.ROWS]),
    ),
    "an integer no float can hold": ("request", [*[BAR] * ROWS, BAR | {"high": 10**400}]),
    "a list for a number": ("request", [*[BAR] * ROWS, BAR | {"open": [99.0]}]),
}
ACCEPTED: dict[str, tuple[str, Any]] = {
    "an unknown amount": ("snapshot", BARS),
    "line ends of a Macintosh": ("bars", BARS.replace(b"\n", b"\r")),
    "a JPEG of few scans": ("pictures", jpeg(2)),
}


@pytest.mark.parametrize(("parser", "content"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_by_a_sentence(parser: str, content: Any, tmp_path: Path) -> None:
    with time_limit(MOST_SECONDS):
        assert not is_accepted(PARSERS[parser], content, tmp_path)


@pytest.mark.parametrize(("parser", "content"), ACCEPTED.values(), ids=ACCEPTED)
def test_it_is_taken(parser: str, content: Any, tmp_path: Path) -> None:
    assert is_accepted(PARSERS[parser], content, tmp_path)
