"""Fixtures of all tests."""

import os
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import matplotlib as mpl
import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.real_project import QUICK, RealProject

mpl.use("agg")


class FolderScheduling(LoadScopeScheduling):
    """Gives tests that share a whole run or a database to one worker, which makes it once."""

    def _split_scope(self, nodeid: str) -> str:
        """The folder of tests that share what takes long; of others the file."""
        file = PurePosixPath(nodeid.partition("::")[0])
        shared = {"pipelines", "tracking"}.intersection(file.parts)
        return str(file.parent if shared else file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FolderScheduling:
    """How `pytest -n 2` hands out tests."""
    return FolderScheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """Nothing of the machine's own tracking server, token or data mirror."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MLFLOW_TRACKING_URI", "TUSHARE_TOKEN", "DL_PIPELINES_DATA"):
            patch.delenv(name, raising=False)
        patch.setitem(os.environ, "DO_NOT_TRACK", "1")
        yield


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RealProject:
    """A project that `stock_lstm` has run in, quickly; tests only read it."""
    project = RealProject(tmp_path_factory.mktemp("finished"))
    project.run(QUICK)
    return project


@pytest.fixture(scope="session")
def finished_house_price(tmp_path_factory: pytest.TempPathFactory) -> RealProject:
    """A project that `house_price` has run in, quickly, on Boston; tests only read it."""
    project = RealProject(tmp_path_factory.mktemp("finished_house_price"))
    project.run(QUICK, pipeline="house_price")
    return project


@pytest.fixture
def fresh(tmp_path) -> RealProject:
    """A project that nothing has run in."""
    return RealProject(tmp_path)
