"""CSV files as text: what is read, and what is said of broken ones."""

from pathlib import Path

import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.io.csv_files import read_text_csv


def test_every_cell_is_text_as_written(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    path.write_bytes(b"\xef\xbb\xbfdate,open\n2026-01-05,1.50\n\nNaN,\nshort\n")
    text = read_text_csv(path)
    assert list(text.columns) == ["date", "open"]
    assert text["date"].tolist() == ["2026-01-05", "", "NaN", "short"]
    assert text["open"].tolist() == ["1.50", "", "", ""]
    assert text.attrs == {"file": str(path)}


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        ("日期".encode("gbk"), "is not UTF-8"),
        (b"PAR1\x15\x04\xff\xfe", "is not UTF-8"),
        (b"a,b\n1,2\n1,2,3\n", "is not a CSV table .*line 3, saw 3"),
        (b'a,b\n"1,2\n', "is not a CSV table"),
        (b"a,b\n1,2,3\n4,5,6\n", "more values than the header"),
    ],
)
def test_what_is_no_csv_table_is_refused(tmp_path: Path, content: bytes, finding: str) -> None:
    path = tmp_path / "bars.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"bars\.csv:? .*{finding}|bars\.csv {finding}"):
        read_text_csv(path)


def test_a_missing_csv_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(DataError, match=f"{path.name} cannot be read .*check the path"):
            read_text_csv(path)
