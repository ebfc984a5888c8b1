"""What MLflow shows of a run that reuses what earlier ones have made."""

import json
import shutil
from typing import Any
from unittest import mock

import click
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import PERMISSION_DENIED

from dl_pipelines.tracking.reused import TAG
from dl_pipelines.tracking.store import open_store
from tests.reuse.bakery import ALL, Bakery

REPORT = {"report": {"metadata": {"mlflow": "metrics"}}}


@pytest.fixture
def client(tmp_path, empty_store, monkeypatch) -> MlflowClient:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    return open_store(f"sqlite:///{(tmp_path / 'mlflow.db').as_posix()}")


@pytest.fixture
def bakery(client, tmp_path, monkeypatch) -> Bakery:
    """A tracked bakery whose report is numbers."""
    made = Bakery(tmp_path, monkeypatch, enabled=True)
    made.configure(
        crumbs={"metadata": {"mlflow": "metrics"}}, bread={"metadata": {"mlflow": "artifact"}}
    )
    return made


def newest(client):
    experiment = client.get_experiment_by_name("stock_lstm")
    return client.search_runs([experiment.experiment_id])[0]


def reused(run):
    made = json.loads(run.data.tags.get(TAG, "{}"))
    return {node: run_id for run_id, nodes in made.items() for node in nodes}


def test_a_tag_names_the_run_that_has_made_what_a_node_would(bakery, client):
    assert bakery.run() == ALL
    first = newest(client)
    assert reused(first) == {}
    assert bakery.run(toy={"oven": {"heat": 180}}) == ["bread", "report"]
    second = newest(client)
    assert reused(second) == dict.fromkeys(["dough", "crumbs"], first.info.run_id)
    assert bakery.run(toy={"oven": {"heat": 180}}) == []
    third = newest(client)
    made_by = {"dough": first, "crumbs": first, "bread": second, "report": second}
    assert reused(third) == {name: run.info.run_id for name, run in made_by.items()}
    assert third.info.status == "FINISHED"


def test_a_run_that_reuses_all_can_be_compared(bakery, client):
    bakery.run()
    first = newest(client)
    bakery.run()
    again = newest(client)
    assert again.info.run_id != first.info.run_id
    assert again.data.metrics == first.data.metrics == {"crumbs": 1.0}
    assert again.data.params == first.data.params
    assert [file.path for file in client.list_artifacts(again.info.run_id)] == ["bread.json"]


@pytest.mark.parametrize("status", ["RUNNING", "KILLED", "FAILED", "deleted"])
def test_what_an_unfinished_or_deleted_run_has_made_is_logged_in_full_by_the_next(
    bakery, client, status
):
    bakery.run()
    first = newest(client).info.run_id
    if status == "deleted":
        client.delete_run(first)
    else:
        client.update_run(first, status)
    assert bakery.run() == []
    second = newest(client)
    assert reused(second) == dict.fromkeys(ALL, first)
    assert second.data.metrics == {"crumbs": 1.0}
    assert [file.path for file in client.list_artifacts(second.info.run_id)] == ["bread.json"]
    assert bakery.run() == []
    assert reused(newest(client)) == dict.fromkeys(ALL, second.info.run_id)


def test_a_store_that_fails_is_not_taken_for_one_without_the_run(bakery, client):
    """Else everything would be logged anew, and the run that has made it be forgotten."""
    bakery.run()
    first = newest(client).info.run_id
    broken = MlflowException("API request failed: too many 500 error responses")
    with (
        mock.patch.object(MlflowClient, "get_run", side_effect=broken),
        pytest.raises(click.ClickException, match="500 error responses"),
    ):
        bakery.run()
    assert bakery.run() == []
    assert reused(newest(client)) == dict.fromkeys(ALL, first)
    denied = MlflowException("Permission denied", error_code=PERMISSION_DENIED)
    get_run = client.get_run

    def of_mine(_: MlflowClient, run_id: str) -> Any:
        if run_id == first:  # somebody else's, on a server with passwords
            raise denied
        return get_run(run_id)

    with mock.patch.object(MlflowClient, "get_run", of_mine):
        assert bakery.run() == []
    assert newest(client).data.metrics == {"crumbs": 1.0}


def test_what_was_made_untracked_is_shown_in_full_and_then_by_its_new_run(bakery, client):
    assert bakery.run(tracking={"enabled": False}) == ALL
    assert bakery.run() == []
    shown = newest(client)
    assert shown.data.metrics == {"crumbs": 1.0}
    assert {*reused(shown)} == {*ALL}
    assert shown.info.run_id not in reused(shown).values()
    assert bakery.run() == []
    assert reused(newest(client)) == dict.fromkeys(ALL, shown.info.run_id)


def test_a_failed_run_is_continued_where_its_results_come_up_one_after_the_other(bakery, client):
    assert bakery.run(tracking={"enabled": False}) == ALL
    bakery.file("bread.json").unlink()
    with pytest.raises(ValueError, match="it burns"):
        bakery.run(toy={"oven": {"heat": 1000}})
    failed = newest(client)
    assert {*reused(failed)} == {"dough", "crumbs"}
    assert bakery.run() == ["bread"]  # the report is judged, and reused, after it
    continued = newest(client)
    assert continued.info.status == "FINISHED"
    assert continued.data.metrics == {"crumbs": 1.0}
    of = reused(continued)
    assert (of["dough"], of["crumbs"]) == (failed.info.run_id, failed.info.run_id)
    assert of["report"] not in {failed.info.run_id, continued.info.run_id}
    assert bakery.run() == []
    assert reused(newest(client)) == dict.fromkeys(ALL, continued.info.run_id)
