from pathlib import Path

import numpy as np
import pytest
from kedro.io import DatasetError

from dl_pipelines.errors import user_error
from dl_pipelines.io.picture_folder import PictureFolderDataset
from dl_pipelines.io.pictures import PicturesDataset

LEVELS = np.arange(256, dtype=np.uint8).reshape(8, 32)
PICTURES = {"00000_7.png": LEVELS, "00001_3.png": 255 - LEVELS}


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "new" / "pictures"


@pytest.fixture
def dataset(folder) -> PictureFolderDataset:
    return PictureFolderDataset(str(folder))


def told(error: pytest.ExceptionInfo[DatasetError]) -> str:
    return str(user_error(error.value))


def assert_same(loaded, expected):
    assert list(loaded) == list(expected)
    for name, pixels in expected.items():
        np.testing.assert_array_equal(loaded[name], pixels)


def test_what_is_saved_is_loaded(dataset):
    assert not dataset.exists()
    dataset.save(PICTURES)
    assert dataset.exists()
    assert_same(dataset.load(), PICTURES)


def test_the_pictures_of_a_user_are_read_to_the_same_pixels(dataset, folder):
    dataset.save(PICTURES)
    found = PicturesDataset(str(folder)).load()
    assert list(found) == list(PICTURES)
    for name, pixels in PICTURES.items():
        expected = np.dstack([pixels] * 3 + [np.full_like(pixels, 255)])
        np.testing.assert_array_equal(found[name](), expected)


def test_equal_pictures_give_equal_bytes(dataset, folder):
    dataset.save(PICTURES)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    dataset.save(PICTURES)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_the_folder_is_replaced_as_a_whole(dataset, folder):
    dataset.save(PICTURES)
    dataset.save({"00000.png": LEVELS})
    assert [file.name for file in folder.iterdir()] == ["00000.png"]
    assert list(folder.parent.iterdir()) == [folder]


def test_what_fails_in_the_middle_leaves_the_old_pictures(dataset, folder):
    dataset.save(PICTURES)
    with pytest.raises(DatasetError) as caught:
        dataset.save({"00000.png": LEVELS, "no such folder/00001.png": LEVELS})
    assert f"{folder} could not be written (No such file" in told(caught)
    assert_same(dataset.load(), PICTURES)
    assert list(folder.parent.iterdir()) == [folder]


def test_pictures_that_cannot_take_their_place_leave_the_old_ones(dataset, folder, monkeypatch):
    dataset.save(PICTURES)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name.endswith(".new"):
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(DatasetError, match="Permission denied"):
        dataset.save({"00000.png": LEVELS})
    assert_same(dataset.load(), PICTURES)
    assert list(folder.parent.iterdir()) == [folder]


def test_what_a_killed_run_has_left_is_taken_away(dataset, folder):
    half = folder.with_name(".pictures.new")
    half.mkdir(parents=True)
    (half / "00099.png").write_bytes(b"half")
    dataset.save(PICTURES)
    assert_same(dataset.load(), PICTURES)
    assert list(folder.parent.iterdir()) == [folder]


def test_a_missing_folder_is_named_with_the_remedy(dataset):
    with pytest.raises(DatasetError) as caught:
        dataset.load()
    assert "pictures does not exist: run the node that makes it first." in told(caught)


def test_a_damaged_picture_is_named_with_the_remedy(dataset, folder):
    dataset.save(PICTURES)
    (folder / "00001_3.png").write_bytes((folder / "00001_3.png").read_bytes()[:50])
    with pytest.raises(DatasetError) as caught:
        dataset.load()
    assert "00001_3.png is damaged" in told(caught)
    assert told(caught).endswith("run the node that makes it again.")
