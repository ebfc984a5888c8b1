from typing import Any

import pytest
from kedro.io import AbstractDataset

from tests.toy_project import ToyProject


class Guarded(AbstractDataset[Any, Any]):
    """A dataset with credentials."""

    def __init__(self, credentials: dict[str, str]) -> None:
        self.credentials = credentials

    def load(self) -> Any:
        raise AssertionError

    def save(self, data: Any) -> None:
        raise AssertionError

    def _describe(self) -> dict[str, Any]:
        return {}


@pytest.fixture
def project(tmp_path, monkeypatch):
    return ToyProject.sized(tmp_path, monkeypatch.setattr)


@pytest.mark.parametrize(
    ("params", "wrong", "right"),
    [
        ({"toyy": {"size": {"length": 3}}}, "toyy", "toy"),
        ({"toy": {"sise": {"length": 3}}}, "toy.sise", "toy.size"),
        ({"traking": {"required": False}}, "traking", "tracking"),
    ],
)
def test_a_misspelt_parameter_is_named_with_a_guess(project, params, wrong, right):
    expected = f"there is no parameter '{wrong}'; did you mean '{right}'?"
    assert project.failure(**params) == expected


def test_a_parameter_that_resembles_none_is_answered_with_the_groups(project):
    expected = "there is no parameter 'zzzzzz'; choose one of toy, tracking."
    assert project.failure(zzzzzz=1) == expected


def test_a_parameter_is_also_guessed_by_its_last_part(project):
    expected = "there is no parameter 'sise'; did you mean 'toy.size'?"
    assert project.failure(sise={"length": 1}) == expected


def test_a_parameter_misspelt_in_the_project_itself_is_missed(project):
    tracking = {"enabled": False}
    project.configure(parameters={"tracking": tracking, "toy": {"sise": {"length": 2}}})
    expected = "the parameter 'toy.size' is missing; did you mean 'toy.sise'?"
    assert project.failure() == expected


def test_a_misspelt_parameter_of_an_environment_is_found_too(project):
    project.configure("local", parameters={"toy": {"sise": 1}})
    assert "there is no parameter 'toy.sise'" in project.failure()


def test_an_environment_changes_one_setting_and_leaves_its_neighbours(project):
    project.configure("local", parameters={"toy": {"size": {"width": 5}}})
    with project.session() as session:
        size = session.load_context().params["toy"]["size"]
    assert (size.length, size.width) == (2, 5)


@pytest.mark.parametrize("env", [None, "local", "tushare"])
def test_local_credentials_are_found_in_every_environment(project, env):
    project.configure("tushare")
    project.configure("local", credentials={"tushare": {"token": "t"}})
    with project.session(env) as session:
        assert session.load_context().config_loader["credentials"]["tushare"] == {"token": "t"}


def test_credentials_of_the_environment_itself_go_first(project):
    project.configure("local", credentials={"tushare": {"token": "local"}})
    project.configure("tushare", credentials={"tushare": {"token": "own"}})
    with project.session("tushare") as session:
        found = session.load_context().config_loader["credentials"]
    assert found == {"tushare": {"token": "own"}}


def test_missing_credentials_are_left_to_the_dataset(project):
    entry = {"type": "tests.test_configuration.Guarded", "credentials": "tushare"}
    project.configure(catalog={"bars": entry})
    with project.session() as session:
        assert session.load_context().catalog["bars"].credentials == {}
