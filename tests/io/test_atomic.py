import json
import re

import pandas as pd
import pytest
from kedro.io import DatasetError

from dl_pipelines.errors import user_error
from dl_pipelines.io.atomic import AtomicDataset

FORMATS = {
    "json.JSONDataset": {"lstm.rmse": 36.2},
    "pandas.ParquetDataset": pd.DataFrame({"seed": [0, 1], "loss": [0.5, 0.25]}),
    "pandas.CSVDataset": pd.DataFrame({"seed": [0, 1], "loss": [0.5, 0.25]}),
    "text.TextDataset": "It is skill.",
    "bytes": b"GIF89a\r\n\x00\xff",
}
# What Kedro writes a text by writes any bytes, if the file is opened for them.
BYTES = {"open_args_load": {"mode": "rb"}, "open_args_save": {"mode": "wb"}}


@pytest.fixture(params=FORMATS)
def kind(request) -> str:
    return request.param


@pytest.fixture
def dataset(kind, tmp_path) -> AtomicDataset:
    entries = {
        "pandas.CSVDataset": {"type": kind, "save_args": {"index": False}},
        "bytes": {"type": "text.TextDataset", "fs_args": BYTES},
    }
    return AtomicDataset(str(tmp_path / "new" / "file"), entries.get(kind, {"type": kind}))


def told(dataset: AtomicDataset) -> str:
    """What the user is told when loading fails."""
    with pytest.raises(DatasetError) as caught:
        dataset.load()
    return str(user_error(caught.value))


def test_what_is_saved_is_loaded_and_nothing_else_stays(dataset, kind, tmp_path):
    dataset.save(FORMATS[kind])
    loaded = dataset.load()
    if isinstance(loaded, pd.DataFrame):
        pd.testing.assert_frame_equal(loaded, FORMATS[kind])
    else:
        assert loaded == FORMATS[kind]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file"]


def test_data_that_cannot_be_written_leave_the_old_file(tmp_path):
    path = tmp_path / "metrics.json"
    dataset = AtomicDataset(str(path), {"type": "json.JSONDataset"})
    dataset.save({"rmse": 1.0})
    with pytest.raises(Exception, match="not JSON serializable"):
        dataset.save({"rmse": 2.0, "wrong": object()})
    assert json.loads(path.read_text()) == {"rmse": 1.0}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["json.JSONDataset", "pandas.ParquetDataset"], indirect=True)
def test_a_damaged_file_is_named_with_the_remedy(dataset, kind, tmp_path):
    dataset.save(FORMATS[kind])
    path = tmp_path / "new" / "file"
    path.write_bytes(path.read_bytes()[:10])
    assert re.search(r"new/file cannot be read \(.*\): delete it and run the node", told(dataset))


def test_a_missing_file_is_named_with_the_remedy(dataset):
    assert "file does not exist: run the node that makes it first" in told(dataset)
