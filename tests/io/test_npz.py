"""Named arrays as .npz files."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from kedro.io import DataCatalog, DatasetError

from dl_pipelines.errors import DataError
from dl_pipelines.io.npz import NpzDataset


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "02_intermediate" / "digits.npz"


@pytest.fixture(params=[False, True], ids=["plain", "compressed"])
def dataset(request: pytest.FixtureRequest, path: Path) -> NpzDataset:
    return NpzDataset(str(path), {"mlflow": "input"}, compressed=request.param)


def arrays() -> dict:
    return {
        "images": np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
        "empty": np.empty((0, 28), np.float32),
        "source": np.asarray("mirror mnist, sha256 440fcabf73cc546f"),
        "sample": np.asarray(False),
    }


def test_arrays_come_back_as_they_were(dataset: NpzDataset) -> None:
    dataset.save(arrays())
    loaded = dataset.load()
    assert list(loaded) == ["empty", "images", "sample", "source"]
    for name, array in arrays().items():
        np.testing.assert_array_equal(loaded[name], array, strict=True)
    loaded["images"][...] = 0
    assert dataset.load()["images"].sum() == 276


def test_plain_values_become_arrays(dataset: NpzDataset) -> None:
    dataset.save({"source": "mlxtend", "n": 5})
    loaded = dataset.load()
    assert str(loaded["source"]) == "mlxtend"
    assert int(loaded["n"]) == 5


def test_no_arrays_are_kept_as_none(dataset: NpzDataset) -> None:
    dataset.save({})
    assert dataset.load() == {}


def test_equal_arrays_give_equal_bytes(
    dataset: NpzDataset, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset.save(arrays())
    before = path.read_bytes()
    monkeypatch.setattr("time.time", lambda: 2e9)
    other = {name: np.asfortranarray(array) for name, array in reversed(arrays().items())}
    dataset.save(other | {name: arrays()[name] for name in ("sample", "source")})
    assert path.read_bytes() == before


def test_compression_saves_space(path: Path) -> None:
    zeros = {"images": np.zeros((10, 28, 28), np.uint8)}
    sizes = []
    for compressed in (False, True):
        NpzDataset(str(path), compressed=compressed).save(zeros)
        sizes.append(path.stat().st_size)
    assert sizes[0] > 7840
    assert sizes[1] < 500


def test_objects_are_neither_saved_nor_loaded(dataset: NpzDataset, path: Path) -> None:
    objects = {"a": np.array([{}, None]), "b": np.zeros(1)}
    dataset.save({"b": np.ones(1)})
    with pytest.raises(DatasetError, match="a: arrays of Python objects"):
        dataset.save(objects)
    assert dataset.load()["b"] == 1
    np.savez(path, **objects)
    with pytest.raises(DatasetError, match=r"digits\.npz is damaged or no \.npz file") as caught:
        dataset.load()
    assert isinstance(caught.value.__cause__, DataError)


@pytest.mark.parametrize("size", [0, 3, 100, -1])
def test_a_truncated_file_is_named(dataset: NpzDataset, path: Path, size: int) -> None:
    dataset.save(arrays())
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DatasetError) as caught:
        dataset.load()
    assert isinstance(caught.value.__cause__, DataError)
    assert f"{path} is damaged or no .npz file of plain arrays: delete it" in str(caught.value)


def test_no_changed_bit_changes_an_array_unnoticed(dataset: NpzDataset, path: Path) -> None:
    dataset.save({"images": arrays()["images"]})
    sound = path.read_bytes()
    refused = 0
    for position in range(len(sound)):
        damaged = bytearray(sound)
        damaged[position] ^= 0x02
        path.write_bytes(damaged)
        try:
            loaded = dataset.load()
        except DatasetError as error:
            assert isinstance(error.__cause__, DataError)
            refused += 1
        else:
            np.testing.assert_array_equal(loaded["images"], arrays()["images"], strict=True)
    assert refused > len(sound) / 2


def test_a_shape_that_lost_rows_is_damage(path: Path) -> None:
    dataset = NpzDataset(str(path))
    dataset.save({"images": np.zeros((90, 28, 28), np.uint8)})
    path.write_bytes(path.read_bytes().replace(b"(90, 28, 28)", b"(10, 28, 28)"))
    assert np.load(path)["images"].shape == (10, 28, 28)  # numpy does not notice
    with pytest.raises(DatasetError, match="is damaged"):
        dataset.load()


def test_other_files_are_named(dataset: NpzDataset, path: Path) -> None:
    with pytest.raises(DatasetError, match=r"digits\.npz does not exist: run the node"):
        dataset.load()
    assert not dataset.exists()
    path.parent.mkdir()
    np.save(path.with_suffix(".npy"), np.zeros(3))
    path.with_suffix(".npy").rename(path)
    with pytest.raises(DatasetError, match=r"no \.npz file"):
        dataset.load()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no arrays")
    with pytest.raises(DatasetError, match=r"no \.npz file"):
        dataset.load()


def test_a_file_that_cannot_be_written_is_left_as_it_was(dataset: NpzDataset, path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(DatasetError, match="could not be written") as caught:
        dataset.save(arrays())
    assert isinstance(caught.value.__cause__, DataError)


def test_it_is_an_entry_of_a_catalog(path: Path) -> None:
    entry = {
        "type": "dl_pipelines.io.npz.NpzDataset",
        "filepath": str(path),
        "metadata": {"mlflow": "input"},
    }
    catalog = DataCatalog.from_config({"digits": entry})
    catalog.save("digits", arrays())
    assert catalog.exists("digits")
    assert catalog.load("digits")["images"].shape == (2, 3, 4)


def test_it_keeps_its_notes_and_names_its_file(dataset: NpzDataset) -> None:
    assert dataset.metadata == {"mlflow": "input"}
    assert "digits.npz" in repr(dataset)
