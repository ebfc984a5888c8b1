"""Fixtures of all pipelines."""

import pytest

from tests.real_project import FAMILIES, RealProject


@pytest.fixture
def family(request: pytest.FixtureRequest) -> str:
    """The pipelines that those of the test's folder share settings with."""
    first, _, _ = request.path.parent.name.partition("_")
    return first if first in FAMILIES else "mnist"


@pytest.fixture
def fresh(tmp_path, family) -> RealProject:
    """A project that nothing has run in, without the settings of other families."""
    return RealProject(tmp_path, family)
