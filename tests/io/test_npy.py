"""One array as an .npy file that processes share."""

from pathlib import Path

import joblib
import numpy as np
import pytest
from kedro.io import DatasetError
from numpy.typing import NDArray

from dl_pipelines.errors import DataError
from dl_pipelines.io.npy import NpyDataset

VALUES = np.arange(6.0, dtype=np.float32).reshape(3, 2)


@pytest.fixture
def dataset(tmp_path: Path) -> NpyDataset:
    dataset = NpyDataset(str(tmp_path / "05_model_input" / "values.npy"), {"mlflow": "input"})
    dataset.save(VALUES)
    return dataset


def test_the_array_comes_back_as_it_was_and_stays_so(dataset: NpyDataset) -> None:
    loaded = dataset.load()
    np.testing.assert_array_equal(loaded, VALUES, strict=True)
    with pytest.raises(ValueError, match="read-only"):
        loaded[0, 0] = 1.0


def _mapped(values: NDArray[np.float32]) -> tuple[str, float]:
    return str(getattr(values, "filename", None)), float(values.sum())


def test_processes_read_the_file_instead_of_a_copy(dataset: NpyDataset) -> None:
    large = NpyDataset(str(dataset._filepath.with_name("large.npy")))
    large.save(np.ones(10**6, np.float32))  # joblib would write one of this size to a file
    calls = [joblib.delayed(_mapped)(large.load())] * 2
    assert joblib.Parallel(2)(calls) == [(str(large._filepath), 1e6)] * 2


def test_who_reads_the_old_file_keeps_it(dataset: NpyDataset) -> None:
    before = dataset.load()
    dataset.save(VALUES + 1.0)
    np.testing.assert_array_equal(before, VALUES)
    np.testing.assert_array_equal(dataset.load(), VALUES + 1.0)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"none\.npy does not exist: run the node") as caught:
        NpyDataset(str(tmp_path / "none.npy")).load()
    assert isinstance(caught.value.__cause__, DataError)


@pytest.mark.parametrize("size", [0, 3, 100, -1])
def test_a_cut_off_file_is_named(dataset: NpyDataset, size: int) -> None:
    path = dataset._filepath
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DatasetError, match=r"values\.npy is damaged or no \.npy file") as caught:
        dataset.load()
    assert isinstance(caught.value.__cause__, DataError)


def test_objects_are_neither_saved_nor_loaded(dataset: NpyDataset) -> None:
    objects = np.array([{}, None])
    with pytest.raises(DatasetError, match="arrays of Python objects"):
        dataset.save(objects)
    np.testing.assert_array_equal(dataset.load(), VALUES)
    np.save(dataset._filepath, objects, allow_pickle=True)
    with pytest.raises(DatasetError, match="damaged or no"):
        dataset.load()


def test_nothing_cannot_be_mapped(dataset: NpyDataset) -> None:
    with pytest.raises(DatasetError, match="empty array cannot be mapped"):
        dataset.save(VALUES[:0])
