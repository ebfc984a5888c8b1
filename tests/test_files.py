"""Atomic writing."""

import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.files import atomic_write, remove_unfinished, unfinished


def test_a_file_is_created_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "file.bin"
    atomic_write(path, lambda file: file.write(b"one"))
    assert path.read_bytes() == b"one"
    atomic_write(path, lambda file: file.write(b"two"))
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["file.bin"]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_a_failing_writer_leaves_the_old_file(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")

    def write(file: BinaryIO) -> None:
        file.write(b"half")
        raise error

    with pytest.raises(type(error)):
        atomic_write(path, write)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.bin"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    path = tmp_path / "file" / "inner.bin"
    with pytest.raises(DataError, match=r"inner\.bin could not be written .*permissions"):
        atomic_write(path, lambda file: file.write(b"x"))


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    code = f"""
import resource
from pathlib import Path
from dl_pipelines.errors import DataError
from dl_pipelines.files import atomic_write, remove_unfinished, unfinished

limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
try:
    atomic_write(Path({str(path)!r}), lambda file: file.write(bytes(2000)))
except DataError as error:
    print(error)
finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
"""
    output = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert output.startswith(f"{path} could not be written (File too large); the file is as it was")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.bin"]


def test_only_what_writers_have_left_is_removed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    left = unfinished(data / "08_reporting/metrics.json"), unfinished(tmp_path / "mlflow.db")
    journal = left[1].with_name(f"{left[1].name}-journal")
    own = tmp_path / ".thesis.unfinished_notes.md", data / ".draft.unfinished", data / "x.parquet"
    left[0].parent.mkdir(parents=True)
    for file in (*left, journal, *own):
        file.touch()
    remove_unfinished(data)
    assert [file.exists() for file in (*left, journal)] == [False] * 3
    assert all(file.exists() for file in own)
