"""The command that repeats a run, read again by Kedro's own parser."""

import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from kedro.framework.cli.utils import _split_params
from kedro.pipeline import Node, Pipeline

from dl_pipelines.tracking import commands
from dl_pipelines.tracking.commands import repetition


def asked(command: str) -> dict[str, str]:
    """The options of a command line."""
    words = shlex.split(command)
    assert words[:2] == ["kedro", "run"]
    return dict(zip(words[2::2], words[3::2], strict=True))


@pytest.mark.parametrize(
    "params",
    [
        {"stock": {"source": "baostock", "snapshot": None}},
        {"a": {"epochs": 20, "lr": 1e-4, "flag": True}, "text": "They ate the fish"},
        {"a": {"one": [1], "none": [], "empty": {}}, "word": "true", "number": "007"},
        {"quoted": 'it\'s "said" = 1', "day": "2025-12-31", "dollar": "$HOME"},
        {"chinese": "三 次"},
    ],
)
def test_kedro_reads_the_same_settings_from_the_command(params: dict[str, Any]):
    told = repetition({"runtime_params": params}, ["stock_lstm"])
    given = asked(told.command)["--params"]
    assert _split_params(SimpleNamespace(), SimpleNamespace(), given) == params
    assert told.settings == ""


@pytest.mark.parametrize(
    "value", [[0, 1], "a,b", {"deep": [[1, 2], "x"]}, (1, 2), " blank ", "line\nbreak"]
)
def test_settings_that_kedro_would_part_at_commas_go_into_a_file(value: Any):
    told = repetition({"runtime_params": {"plain": 1, "own": {"seeds": value}}}, ["toy"])
    rest = asked(told.command)["--params"]
    read = _split_params(SimpleNamespace(), SimpleNamespace(), rest)
    filed = yaml.safe_load(told.settings) if told.settings else {}
    own = read.get("own") or filed["own"]
    assert own["seeds"] == ([*value] if isinstance(value, tuple) else value)
    assert read["plain"] == 1


def test_environment_and_nodes_are_named():
    run = {
        "env": "tushare",
        "from_nodes": ["toy.a", "toy.b"],
        "tags": ["slow"],
        "only_missing_outputs": True,
    }
    assert repetition(run, ["toy"]).command == (
        "kedro run --pipeline toy --env tushare --tags slow --from-nodes toy.a,toy.b "
        "--only-missing-outputs"
    )
    assert repetition({"env": "local"}, ["a", "b"]).command == "kedro run --pipelines a,b"


@pytest.fixture
def conditional(monkeypatch) -> None:
    """A pipeline of which a setting chooses the nodes."""

    def node(name: str, tag: str) -> Node:
        return Node(lambda: None, None, name, name=name, tags=[tag])

    nodes = [node("one", "unless.many"), node("two", "unless.many"), node("all", "if.many")]
    monkeypatch.setattr(commands, "pipelines", {"toy": Pipeline(nodes)})


@pytest.mark.parametrize(("nodes", "named"), [("one two", False), ("all", False), ("one", True)])
def test_nodes_that_a_setting_has_chosen_are_not_named(conditional, nodes, named):
    command = repetition({"node_names": nodes.split()}, ["toy"]).command
    assert ("--nodes" in command) is named


def test_no_password_is_told():
    uri = "https://me:secret@host:5000/mlflow"
    told = repetition({"runtime_params": {"tracking": {"uri": uri}, "list": [uri, 1]}}, ["toy"])
    assert "secret" not in told.command + told.settings
    assert "https://host:5000/mlflow" in told.command


def test_a_repeated_run_is_the_same_command(project, tracked):
    project.register([Node(lambda: 1, None, "x", name="make")])
    project.configure(parameters={"tracking": project.tracking, "toy": {"size": 1}})
    project.run(toy={"size": 3})
    (run,) = tracked()
    command = "kedro run --pipeline stock_lstm --params toy.size=3"
    assert run.tags["mlflow.source.name"] == command
    assert f"```\n{command}\n```" in run.tags["mlflow.note.content"]
    assert Path(project.root).name not in command
