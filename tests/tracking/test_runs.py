import json
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import pytest
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from dl_pipelines.tracking.artifacts import KINDS, Entry
from dl_pipelines.tracking.commands import Repetition
from dl_pipelines.tracking.models import ModelQueue
from dl_pipelines.tracking.run_note import RunNote
from dl_pipelines.tracking.runs import RunTree


def begin(client, experiment: str, params: dict[str, str]) -> RunTree:
    note = RunNote(["toy"], Repetition("kedro run --pipeline toy", ""), {})
    return RunTree(
        client, experiment, name="parent", tags={"kind": "toy"}, params=params, note=note
    )


@pytest.fixture
def experiment(client, tmp_path) -> str:
    return str(client.create_experiment(tmp_path.name, artifact_location=tmp_path.as_uri()))


@pytest.fixture
def tree(client, experiment) -> RunTree:
    return begin(client, experiment, {f"lstm.p{number}": str(number) for number in range(150)})


def test_runs_above_a_run_are_made_with_it(tree, client):
    run = client.get_run(tree.run_id(("lstm", "walk_forward")))
    assert run.data.tags["mlflow.parentRunId"] == tree.run_id(("lstm",))
    assert client.get_run(tree.run_id(("lstm",))).data.tags["mlflow.parentRunId"] == tree.run_id()
    assert client.get_run(tree.run_id()).data.tags["kind"] == "toy"


def test_more_parameters_and_points_than_a_request_takes(tree, client):
    variant = client.get_run(tree.run_id(("lstm",)))
    assert len(variant.data.params) == 150
    tree.log_metrics(("lstm",), (("loss", float(step), step) for step in range(1500)))
    curve = client.get_metric_history(tree.run_id(("lstm",)), "loss")
    assert [point.value for point in curve] == [float(step) for step in range(1500)]


def test_what_has_ended_keeps_its_status(tree, client):
    tree.end(("lstm", "seed 0"))
    tree.end_all("FAILED")
    status = {
        path: client.get_run(tree.run_id(path)).info.status
        for path in [(), ("lstm",), ("lstm", "seed 0")]
    }
    assert status == {(): "FAILED", ("lstm",): "FAILED", ("lstm", "seed 0"): "FINISHED"}


def children(tree, client) -> list[Run]:
    below = f"tags.`mlflow.parentRunId` = '{tree.run_id()}'"
    return list(client.search_runs([tree.experiment_id], below))


@pytest.mark.parametrize("name", ["lstm", "women's"])
def test_a_run_whose_creation_was_not_answered_is_found_again(tree, client, monkeypatch, name):
    create = tree.client.create_run

    def break_off(*args: Any, **kwargs: Any) -> None:
        create(*args, **kwargs)
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(tree.client, "create_run", break_off)
        with pytest.raises(ConnectionResetError):
            tree.log_metrics((name,), [("loss", 0.5, 0)])
    tree.log_metrics((name,), [("loss", 0.5, 0)])
    (child,) = children(tree, client)
    assert child.info.run_id == tree.run_id((name,))
    assert len(child.data.params) == (150 if name == "lstm" else 0)
    assert child.data.metrics == {"loss": 0.5}


def test_parameters_that_did_not_get_through_are_logged_by_the_next_attempt(
    tree, client, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(tree.client, "log_batch", mock.Mock(side_effect=ConnectionResetError))
        with pytest.raises(ConnectionResetError):
            tree.run_id(("lstm",))
    tree.run_id(("lstm",))
    (child,) = children(tree, client)
    assert len(child.data.params) == 150


def test_a_run_whose_parameters_are_refused_does_not_stay_running(client, experiment):
    with pytest.raises(MlflowException, match="Invalid"):
        begin(client, experiment, {"a name: MLflow refuses colons?": "1"})
    (run,) = client.search_runs([experiment])
    assert run.info.status == "FAILED"


def test_what_is_logged_twice_at_one_moment_is_there_once(tree, client):
    entry = Entry((), "comparison", pd.DataFrame({"rmse": [1.0, 2.0]}), Path("comparison.csv"))
    with tree.clock.at(1_800_000_000_000):
        for _ in range(2):
            tree.log_metrics((), [("loss", 0.5, 0), ("loss", 0.25, 1)])
            KINDS["table"](tree, entry, ModelQueue())
    points = client.get_metric_history(tree.run_id(), "loss")
    assert [(point.step, point.value) for point in points] == [(0, 0.5), (1, 0.25)]
    (table,) = [file for file in client.list_artifacts(tree.run_id()) if file.path[-4:] == "json"]
    shown = json.loads(Path(client.download_artifacts(tree.run_id(), table.path)).read_text())
    assert shown["data"] == [[1.0], [2.0]]
    tag = client.get_run(tree.run_id()).data.tags["mlflow.loggedArtifacts"]
    assert json.loads(tag) == [{"path": "comparison.json", "type": "table"}]
