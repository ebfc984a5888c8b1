import os
import signal
from typing import Any

import click
import pytest
from kedro.io import AbstractDataset
from kedro.pipeline import Node

from dl_pipelines.errors import DataError
from dl_pipelines.params import Settings
from tests.toy_project import ToyProject


class Size(Settings):
    length: int
    width: int = 1


class Refusing(AbstractDataset[Any, Any]):
    """A dataset that refuses to load, and keeps its credentials."""

    def __init__(self, credentials: dict[str, str] | None = None) -> None:
        self.credentials = credentials

    def load(self) -> Any:
        raise DataError("bars.csv, line 2: high is below low; correct it.")

    def save(self, data: Any) -> None:
        raise AssertionError

    def _describe(self) -> dict[str, Any]:
        return {}


def make(size: Size) -> int:
    return size.length


@pytest.fixture
def project(tmp_path, monkeypatch):
    project = ToyProject(tmp_path, monkeypatch.setattr)
    project.configure(parameters={"tracking": {"enabled": False}, "toy": {"size": {"length": 2}}})
    project.register([Node(make, "params:toy.size", "area", name="make")])
    return project


def failure(project: ToyProject, **params: Any) -> str:
    with pytest.raises(click.ClickException) as caught:
        project.run(**params)
    return caught.value.message


def test_a_run_returns_what_the_pipeline_made(project):
    with project.session() as session:
        made = session.run(pipeline_names=["stock_lstm"])
    assert made["area"].load() == 2


def test_an_error_of_a_node_is_one_sentence(project):
    def fail(size: Size) -> None:
        raise DataError("no rows; get some.")

    project.register([Node(fail, "params:toy.size", "area", name="fail")])
    assert failure(project) == "no rows; get some."


def test_an_error_that_kedro_has_wrapped_is_the_same_sentence(project):
    project.configure(catalog={"bars": {"type": "tests.test_session.Refusing"}})
    project.register([Node(lambda bars: bars, "bars", "read", name="read")])
    assert failure(project) == "bars.csv, line 2: high is below low; correct it."


def test_a_bug_keeps_its_traceback(project):
    def fail(size: Size) -> None:
        raise ZeroDivisionError

    project.register([Node(fail, "params:toy.size", "area", name="fail")])
    with pytest.raises(ZeroDivisionError):
        project.run()


def test_wrong_values_are_named_with_their_parameter(project):
    sentence = failure(project, toy={"size": {"length": "long", "widht": 3}})
    assert sentence.startswith("parameter 'toy.size': ")
    assert "'length' is 'long': input should be a valid integer" in sentence
    assert "there is no setting 'widht'" in sentence
    assert "\n" not in sentence and "Failed" not in sentence


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
    assert failure(project, **params) == expected


def test_a_parameter_that_resembles_none_is_answered_with_the_list(project):
    assert "choose one of toy, toy.size" in failure(project, zzzzzz=1)


def test_a_misspelt_parameter_of_an_environment_is_found_too(project):
    project.configure("local", parameters={"toy": {"sise": 1}})
    assert "there is no parameter 'toy.sise'" in failure(project)


def test_an_environment_changes_one_setting_and_leaves_its_neighbours(project):
    project.configure("local", parameters={"toy": {"size": {"width": 5}}})
    with project.session() as session:
        size = session.load_context().params["toy"]["size"]
    assert (size.length, size.width) == (2, 5)


def test_an_unknown_pipeline_is_answered_with_a_guess(project):
    with project.session() as session, pytest.raises(click.ClickException) as caught:
        session.run(pipeline_names=["stock_lst"])
    assert caught.value.message == "there is no pipeline 'stock_lst'; did you mean 'stock_lstm'?"


def test_an_unknown_environment_is_one_sentence(project):
    assert "conf/nowhere" in failure(project, env="nowhere")


def test_wrong_tracking_settings_are_one_sentence(project):
    assert failure(project, tracking={"requird": True}) == "there is no setting 'requird'"


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
    entry = {"type": "tests.test_session.Refusing", "credentials": "tushare"}
    project.configure(catalog={"bars": entry})
    with project.session() as session:
        assert session.load_context().catalog["bars"].credentials == {}


def test_a_termination_unwinds_the_run(project):
    def ends(size: Size) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    project.register([Node(ends, "params:toy.size", "area", name="ends")])
    with pytest.raises(SystemExit) as caught:
        project.run()
    assert caught.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
