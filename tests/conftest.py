"""Fixtures of all tests."""

import os
from collections.abc import Iterator

import matplotlib as mpl
import pytest

from tests.real_project import QUICK, RealProject

mpl.use("agg")


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
