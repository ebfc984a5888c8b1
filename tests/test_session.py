import os
import signal
from typing import Any

import click
import pytest
from kedro.io import AbstractDataset
from kedro.pipeline import Node

from dl_pipelines.errors import DataError
from tests.toy_project import Size, ToyProject


class Refusing(AbstractDataset[Any, Any]):
    """A dataset that refuses to load."""

    def load(self) -> Any:
        raise DataError("bars.csv, line 2: high is below low; correct it.")

    def save(self, data: Any) -> None:
        raise AssertionError

    def _describe(self) -> dict[str, Any]:
        return {}


@pytest.fixture
def project(tmp_path, monkeypatch):
    return ToyProject.sized(tmp_path, monkeypatch.setattr)


def test_a_run_returns_what_the_pipeline_made(project):
    with project.session() as session:
        made = session.run(pipeline_names=["stock_lstm"])
    assert made["area"].load() == 2


def test_an_error_of_a_node_is_one_sentence(project):
    def fail(size: Size) -> None:
        raise DataError("no rows; get some.")

    project.register([Node(fail, "params:toy.size", "area", name="fail")])
    assert project.failure() == "no rows; get some."


def test_an_error_that_kedro_has_wrapped_is_the_same_sentence(project):
    project.configure(catalog={"bars": {"type": "tests.test_session.Refusing"}})
    project.register([Node(lambda bars: bars, "bars", "read", name="read")])
    assert project.failure() == "bars.csv, line 2: high is below low; correct it."


def test_a_bug_keeps_its_traceback(project):
    def fail(size: Size) -> None:
        raise ZeroDivisionError

    project.register([Node(fail, "params:toy.size", "area", name="fail")])
    with pytest.raises(ZeroDivisionError):
        project.run()


def test_wrong_values_are_named_with_their_parameter(project):
    sentence = project.failure(toy={"size": {"length": "long", "widht": 3}})
    assert sentence.startswith("parameter 'toy.size': ")
    assert "'length' is 'long': input should be a valid integer" in sentence
    assert "there is no setting 'widht'" in sentence
    assert "\n" not in sentence and "Failed" not in sentence


def test_an_unknown_pipeline_is_answered_with_a_guess(project):
    with project.session() as session, pytest.raises(click.ClickException) as caught:
        session.run(pipeline_names=["stock_lst"])
    assert caught.value.message == "there is no pipeline 'stock_lst'; did you mean 'stock_lstm'?"


def test_an_unknown_environment_is_answered_with_a_guess(project):
    expected = "there is no environment 'locl'; did you mean 'local'?"
    assert project.failure(env="locl") == expected


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"from_nodes": ["mke"]}, "Pipeline does not contain nodes named ['mke']."),
        ({"tags": ["mke"]}, "Pipeline contains no nodes"),
    ],
)
def test_nodes_that_are_not_there_are_one_sentence(project, choice, sentence):
    with project.session() as session, pytest.raises(click.ClickException) as caught:
        session.run(**choice)
    assert caught.value.message.startswith(sentence)


def test_wrong_tracking_settings_are_one_sentence(project):
    assert project.failure(tracking={"requird": True}) == "there is no setting 'requird'"


def test_a_termination_unwinds_the_run(project):
    def ends(size: Size) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    project.register([Node(ends, "params:toy.size", "area", name="ends")])
    with pytest.raises(SystemExit) as caught:
        project.run()
    assert caught.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
