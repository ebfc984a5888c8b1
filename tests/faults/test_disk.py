"""A disk that is full at several moments of a run: a real file system of few megabytes."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.commands import Command, configure, finish, metrics
from tests.faults.conftest import Undisturbed
from tests.faults.mounts import mounted
from tests.faults.soundness import check_files, check_store, own_uri, states, unfinished, visible
from tests.real_project import RealProject

pytestmark = pytest.mark.slow

FULL = ("No space left on device", "database or disk is full")


class SmallDisk:
    """A file system that a file can fill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def leave(self, kibibytes: int) -> None:
        """Fill it but for so much."""
        self._filler.unlink(missing_ok=True)
        free = shutil.disk_usage(self.folder).free
        with self._filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free - 1024 * kibibytes)

    def empty(self) -> None:
        """Free it."""
        self._filler.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=64m", "tmpfs") as folder:
        yield SmallDisk(folder)


def refused(command: Command) -> str:
    """The one sentence that a run on a full disk ends with."""
    assert command.end() == 1, command.said
    [sentence] = command.sentences
    assert any(reason in sentence for reason in FULL), sentence
    assert "Traceback" not in command.said
    return sentence


def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(
    disk: SmallDisk, empty_store: Path, undisturbed: Undisturbed
) -> None:
    project = RealProject(disk.folder / "project", "stock")
    shutil.copy(empty_store, project.root / "mlflow.db")
    configure(project)
    before: dict[str, bytes] = {}
    made = []  # how many files there are after each run
    for kibibytes in (0, 300, 1500, 3000, 4500):
        disk.leave(kibibytes)
        refused(Command(project))
        check_files(project)
        check_store(project)
        assert not unfinished(project)
        now = contents(project)
        assert {name: now[name] for name in before} == before  # the old files are as they were
        before = now
        made.append(len(now))
    assert made == sorted(made) and made[0] < made[-1]  # they fail in several nodes
    disk.empty()
    finish(project)
    assert metrics(project) == undisturbed.metrics
    assert visible(project) == visible(undisturbed.project)
    whole, below = states(own_uri(project))
    assert whole["FINISHED"] == 1 and "RUNNING" not in whole + below


def contents(project: RealProject) -> dict[str, bytes]:
    """What files that pipelines have made hold."""
    return {name: (project.root / "data" / name).read_bytes() for name in visible(project)}


def test_a_database_on_a_full_disk_is_one_sentence(
    disk: SmallDisk,
    empty_store: Path,
    prepared: Callable[[str], RealProject],
    undisturbed: Undisturbed,
) -> None:
    store = Path(shutil.copy(empty_store, disk.folder / "mlflow.db"))
    uri = f"sqlite:///{store.as_posix()}"
    project = prepared("full_database")
    for kibibytes in (0, 80):
        disk.leave(kibibytes)
        sentence = refused(Command(project, environment={"MLFLOW_TRACKING_URI": uri}))
        assert "tracking failed" in sentence and "database or disk is full" in sentence
    disk.empty()
    finish(project, environment={"MLFLOW_TRACKING_URI": uri})
    assert metrics(project) == undisturbed.metrics
    whole, below = states(uri)
    assert whole["FINISHED"] == 1 and "RUNNING" not in whole + below


def test_the_small_disk_is_one(disk: SmallDisk) -> None:
    disk.leave(8)
    with pytest.raises(OSError, match="No space left"):
        (disk.folder / "file").write_bytes(bytes(64 * 1024))
