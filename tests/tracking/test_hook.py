import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from unittest import mock

import click
import pytest
from kedro.pipeline import Node

from dl_pipelines.errors import DataError, TrackingError
from dl_pipelines.params import Optimizer, Settings

ROOT = Path(__file__).parents[2]


class Toy(Settings):
    optimizer: Optimizer = Optimizer()
    seeds: tuple[int, ...] = (0, 1)


def score(toy: Toy) -> dict[str, float]:
    return {"rmse": 2.5}


def metrics_of(variant: str) -> Node:
    return Node(
        score,
        f"params:stock_lstm.{variant}.toy",
        f"stock_lstm.{variant}.metrics",
        name=f"{variant}.score",
    )


@pytest.fixture
def variants(project):
    """Two variants of a pipeline, which write metrics."""
    project.configure(
        catalog={
            "{pipeline}.{variant}.metrics": {
                "type": "json.JSONDataset",
                "filepath": "data/{variant}.json",
                "metadata": {"mlflow": "metrics"},
            }
        },
        parameters={
            "tracking": project.tracking,
            "stock_lstm": {
                "plain": {"toy": {"optimizer": {"name": "sgd", "lr": 0.5}}},
                "deep": {"toy": {}},
            },
            "unused": {"secret": 1},
        },
    )
    project.register([metrics_of("plain"), metrics_of("deep")])
    return project


def test_a_run_has_a_parent_and_a_child_a_variant(variants, tracked):
    variants.run()
    runs = {run.name: run for run in tracked()}
    parent = next(run for run in runs.values() if run.parent is None)
    assert parent.name.startswith("stock_lstm 2")
    assert {run.name: run.parent for run in runs.values() if run.parent} == {
        "plain": parent.name,
        "deep": parent.name,
    }
    assert {run.status for run in runs.values()} == {"FINISHED"}
    assert runs["plain"].metrics == {"rmse": 2.5}


def test_parameters_are_flat_and_those_in_use(variants, tracked):
    variants.run()
    runs = {run.name.partition(" ")[0]: run for run in tracked()}
    parent = runs["stock_lstm"].params
    assert parent["plain.toy.optimizer.lr"] == "0.5"
    assert parent["deep.toy.optimizer.lr"] == "0.001"
    assert parent["deep.toy.seeds"] == "[0, 1]"
    assert not any("secret" in name for name in parent)
    assert runs["plain"].params["toy.optimizer.name"] == "sgd"
    assert set(runs["plain"].params) == set(runs["deep"].params)


def test_tags_say_what_the_run_was_made_from(variants, tracked):
    variants.run()
    variants.run(stock_lstm={"deep": {"toy": {"seeds": [3]}}})
    second, first = (run for run in tracked() if run.parent is None)
    assert first.tags["kedro.env"] == "local"
    assert first.tags["version.python"].startswith("3.")
    assert "version.torch" in first.tags
    assert first.tags["parameters.sha256"] != second.tags["parameters.sha256"]


def test_a_failing_node_marks_the_run_with_its_sentence(variants, tracked):
    def fail(metrics: dict[str, float]) -> None:
        raise DataError("no rows; get some.")

    failing = Node(fail, "stock_lstm.plain.metrics", "nothing", name="deep.fail")
    variants.register([metrics_of("plain"), failing])
    with pytest.raises(click.ClickException, match="no rows"):
        variants.run()
    runs = {run.name.partition(" ")[0]: run for run in tracked()}
    assert runs["stock_lstm"].status == "FAILED"
    assert runs["stock_lstm"].tags["error"] == "no rows; get some."
    assert runs["stock_lstm"].tags["failed.node"] == "deep.fail"
    assert runs["plain"].status == "FAILED"


def test_what_fails_after_the_last_node_is_not_laid_at_its_door(variants, tracked, monkeypatch):
    failing = mock.Mock(side_effect=TrackingError("a model could not be logged; log it."))
    monkeypatch.setattr("dl_pipelines.tracking.models.ModelQueue.wait", failing)
    with pytest.raises(click.ClickException, match="could not be logged"):
        variants.run()
    (run,) = (run for run in tracked() if run.parent is None)
    assert run.status == "FAILED"
    assert "failed.node" not in run.tags
    assert "**It failed**: a model could not be logged" in run.tags["mlflow.note.content"]


@pytest.mark.parametrize("file", ["data/missing.json", "data"])
def test_a_dataset_that_cannot_be_loaded_or_saved_names_the_node(variants, tracked, file):
    (variants.root / "data").mkdir()
    variants.configure(catalog={"stock_lstm.old": {"type": "json.JSONDataset", "filepath": file}})
    keep = Node(lambda value: value, "params:stock_lstm.deep.toy", "stock_lstm.old", name="keep")
    read = Node(lambda value: value, "stock_lstm.old", "value", name="read")
    variants.register([keep] if file == "data" else [read])
    with pytest.raises(Exception, match=r"stock_lstm\.old"):
        variants.run()
    (run,) = tracked()
    assert run.status == "FAILED"
    assert run.tags["failed.node"] == ("keep" if file == "data" else "read")


def test_an_interrupted_run_is_marked_when_the_next_one_starts(variants, tracked):
    def interrupt(toy: Toy) -> None:
        raise KeyboardInterrupt

    variants.register([Node(interrupt, "params:stock_lstm.deep.toy", "x", name="interrupt")])
    with pytest.raises(KeyboardInterrupt):
        variants.run()
    variants.register([metrics_of("plain")])
    variants.run()
    second, first = (run for run in tracked() if run.parent is None)
    assert (first.status, second.status) == ("KILLED", "FINISHED")


def test_a_terminated_process_marks_its_run(variants, tracked):
    script = textwrap.dedent(f"""
        import os, signal, sys, types
        from pathlib import Path
        from unittest import mock
        from kedro.framework.project import configure_project
        from kedro.pipeline import Node, Pipeline
        from dl_pipelines import pipeline_registry
        from dl_pipelines.session import ProjectSession
        node = Node(lambda: os.kill(os.getpid(), signal.SIGTERM), None, "x", name="ends")
        pipelines = {{"stock_lstm": Pipeline([node])}}
        pipeline_registry.register_pipelines = lambda: pipelines
        configure_project("dl_pipelines")
        with ProjectSession.create(Path({str(variants.root)!r})) as session:
            session.run()
    """)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=os.environ, check=False)
    assert done.returncode == 128 + signal.SIGTERM
    assert [run.status for run in tracked()] == ["KILLED"]


def test_a_disabled_tracking_leaves_no_trace(variants, tracked, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    variants.run(tracking={"enabled": False})
    assert tracked() == []
    assert not (variants.root / "mlflow.db").exists()


def test_a_server_that_is_down_stops_the_run_before_any_node(variants, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@127.0.0.1:9")
    with pytest.raises(click.ClickException) as caught:
        variants.run()
    assert "the tracking server http://127.0.0.1:9 does not answer" in caught.value.message
    assert "tracking.required" in caught.value.message
    assert "secret" not in caught.value.message
    assert not [*(variants.root / "data").glob("[!.]*")]


def test_a_run_that_need_not_be_tracked_goes_on_without_the_server(variants, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    variants.run(tracking={"required": False})
    assert (variants.root / "data/plain.json").exists()


def test_a_store_that_fails_in_the_middle_ends_a_required_run_only(variants, tracked):
    # MLflow refuses a name like this one.
    def odd(toy: Toy) -> dict[str, float]:
        return {"rm$e": 1.0}

    node = Node(odd, "params:stock_lstm.deep.toy", "stock_lstm.deep.metrics", name="odd")
    variants.register([node])
    with pytest.raises(click.ClickException, match=r"tracking failed .*tracking\.required"):
        variants.run()
    variants.run(tracking={"required": False})
    assert {run.status for run in tracked()} == {"FAILED"}
    assert (variants.root / "data/deep.json").exists()
