import pytest

from dl_pipelines.tracking.commands import Repetition
from dl_pipelines.tracking.run_note import RunNote
from dl_pipelines.tracking.runs import RunTree


@pytest.fixture
def tree(client, tmp_path) -> RunTree:
    experiment = client.create_experiment(tmp_path.name, artifact_location=tmp_path.as_uri())
    params = {f"lstm.p{number}": str(number) for number in range(150)}
    note = RunNote(["toy"], Repetition("kedro run --pipeline toy", ""), {})
    return RunTree(
        client, experiment, name="parent", tags={"kind": "toy"}, params=params, note=note
    )


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
