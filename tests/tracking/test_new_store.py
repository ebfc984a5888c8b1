"""A local store is made as a whole or not at all."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from dl_pipelines.errors import TrackingError
from dl_pipelines.sole_run import running_alone
from dl_pipelines.tracking import new_store
from dl_pipelines.tracking.store import open_store

ROOT = Path(__file__).parents[2]
OPEN = """
import sys
from dl_pipelines.tracking.store import open_store
open_store(sys.argv[1])
"""


@pytest.mark.slow  # processes of their own
@pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL")
@pytest.mark.parametrize("seconds", [0.0, 0.2, 0.5, 1.0])
def test_a_store_whose_making_was_killed_is_made_again(tmp_path: Path, seconds: float) -> None:
    root = tmp_path / "project"
    root.mkdir()
    file = root / "mlflow.db"
    uri = f"sqlite:///{file.as_posix()}"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    child = subprocess.Popen([sys.executable, "-c", OPEN, uri], env=environment)
    while not list(root.iterdir()) and child.poll() is None:
        time.sleep(0.001)
    time.sleep(seconds)
    child.kill()
    child.wait()
    assert {experiment.name for experiment in open_store(uri).search_experiments()} == {"Default"}
    with running_alone(["a"], root / "data"):
        (root / "data/.runs/a.begun").rename(root / "data/.runs/b.begun")
    with running_alone(["b"], root / "data"):  # its last run was killed
        assert {entry.name for entry in root.iterdir()} == {"data", "mlflow.db"}


def test_a_store_that_another_process_has_made_meanwhile_stays(
    tmp_path: Path, empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mlflow.db"

    def make(path: str, *_: object) -> object:
        shutil.copy(empty_store, path.removeprefix("sqlite:///"))
        file.write_bytes(b"of another process")
        return type("Store", (), {"engine": type("Engine", (), {"dispose": lambda self: None})()})()

    monkeypatch.setattr("mlflow.store.tracking.sqlalchemy_store.SqlAlchemyStore", make)
    new_store.create_database(file)
    assert file.read_bytes() == b"of another process"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_system_without_links_has_a_store_too(
    tmp_path: Path, empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    file = tmp_path / "mlflow.db"
    new_store.create_database(file)
    with closing(sqlite3.connect(file)) as made, closing(sqlite3.connect(empty_store)) as expected:
        tables = "SELECT name FROM sqlite_master ORDER BY name"
        assert made.execute(tables).fetchall() == expected.execute(tables).fetchall()
    assert list(tmp_path.iterdir()) == [file]


def test_a_store_that_is_made_meanwhile_stays_on_windows_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    def rename(self: Path, target: Path) -> None:
        target.write_bytes(b"of another process")
        raise FileExistsError(17, "File exists")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "rename", rename)
    file = tmp_path / "mlflow.db"
    new_store.create_database(file)
    assert file.read_bytes() == b"of another process"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "none").touch()
    with pytest.raises(TrackingError, match=r"mlflow\.db could not be made \(.+\): free some"):
        open_store(f"sqlite:///{(tmp_path / 'none' / 'mlflow.db').as_posix()}")
