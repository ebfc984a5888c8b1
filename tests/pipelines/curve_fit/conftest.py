"""A project in which `curve_fit` has run."""

import sys

import pytest

from dl_pipelines.training.curve_ways import is_installed
from tests.real_project import RealProject

NAME = "curve_fit"


@pytest.fixture
def family() -> str:
    """No other pipeline's settings are needed."""
    return "curve"


@pytest.fixture(scope="session")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> RealProject:
    """A project that the pipeline has run in as it is, without TensorFlow; tests only read it."""
    project = RealProject(tmp_path_factory.mktemp("fitted"), "curve")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "tensorflow", None)  # what an import of it would not find
        assert not is_installed("tensorflow")
        project.run(pipeline=NAME)
    return project
