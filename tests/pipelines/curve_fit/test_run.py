"""The pipeline as it is: its fits, what it says and draws, and what MLflow has of it."""

import json
import logging
from pathlib import Path
from typing import Any

import click
import pandas as pd
import pytest
from mlflow import MlflowClient

from dl_pipelines.evaluation.curve_verdict import MISSING
from dl_pipelines.params.curve_fit import Descent
from dl_pipelines.pipelines.curve_fit import nodes
from dl_pipelines.training import curve_ways
from dl_pipelines.training.curve_ways import is_installed
from tests.pipelines.curve_fit.conftest import NAME
from tests.real_project import RealProject
from tests.tracking.pointers import pointed_at_nothing

WAYS = ("numpy", "autograd", "torch")
UNTRACKED: dict[str, Any] = {"tracking": {"enabled": False}}


def reports(project: RealProject) -> Path:
    return project.root / "data/08_reporting" / NAME


def metrics(project: RealProject) -> dict[str, float]:
    return json.loads((reports(project) / "metrics.json").read_text())


def history(project: RealProject, way: str) -> pd.DataFrame:
    return pd.read_parquet(project.root / f"data/06_models/{NAME}/{way}_history.parquet")


@pytest.mark.parametrize("way", WAYS)
def test_each_way_finds_the_parabola(fitted, way):
    found = metrics(fitted)
    assert found[f"{way}.w"] == pytest.approx(3.0, abs=0.1)
    assert found[f"{way}.b"] == pytest.approx(2.0, abs=0.1)
    for figure in ("w", "b"):
        assert found[f"{way}.{figure}"] == pytest.approx(found[f"least_squares.{figure}"], abs=1e-4)
    assert found[f"{way}.loss"] >= found["least_squares.loss"]
    assert found[f"{way}.seconds"] > 0


def test_gradients_agree_and_the_polynomial_is_learned(fitted):
    found = metrics(fitted)
    assert found["gradient_disagreement"] < 1e-6
    assert found["polynomial.loss"] < 1e-3
    assert found["polynomial.steps"] >= 1


def test_histories_end_where_the_metrics_say(fitted):
    for way in WAYS:
        course, found = history(fitted, way), metrics(fitted)
        last = course.iloc[-1]
        assert last["w"] == found[f"{way}.w"]
        assert last["epoch"] == found[f"{way}.steps"] == len(course) - 1


def test_without_tensorflow_its_results_are_empty_and_the_verdict_says_so(fitted):
    assert MISSING in (reports(fitted) / "verdict.txt").read_text()
    assert not any(name.startswith("tensorflow") for name in metrics(fitted))
    empty = history(fitted, "tensorflow")
    assert empty.empty
    assert empty.columns.tolist() == history(fitted, "numpy").columns.tolist()
    table = pd.read_csv(reports(fitted) / "comparison.csv")
    assert table["way"].tolist() == [*WAYS, "least_squares"]


def test_without_tensorflow_its_node_says_so_in_the_log(monkeypatch, caplog):
    monkeypatch.setattr(curve_ways, "find_spec", lambda _: None)
    points = pd.DataFrame({"x": [0.0, 1.0, 2.0], "y": [0.0, 1.0, 4.0]})
    with caplog.at_level(logging.INFO, "dl_pipelines"):
        course, fit = nodes.fit_tensorflow(points, Descent())
    assert fit == {}
    assert course.columns.tolist() == ["seed", "epoch", "w", "b", "loss"]
    assert caplog.messages == [MISSING]


@pytest.mark.skipif(not is_installed("tensorflow"), reason="needs the extra tensorflow")
def test_with_tensorflow_its_node_has_the_interface_of_the_others():
    points = pd.DataFrame({"x": [0.0, 1.0, 2.0], "y": [1.0, 2.0, 5.0]})
    descent = Descent(lr=0.05)
    (course, fit), (others, other) = (
        node(points, descent) for node in (nodes.fit_tensorflow, nodes.fit_numpy)
    )
    pd.testing.assert_frame_equal(course, others, atol=1e-9)
    assert list(fit) == list(other)
    assert (fit["w"], fit["b"]) == pytest.approx((1.0, 1.0), abs=1e-4)


def test_the_figures_are_drawn(fitted):
    drawn = {file.name for file in reports(fitted).glob("*.png")}
    assert drawn == {"points.png", "descent.png", "numpy_fit.png", "torch_fit.png"}
    assert {file.name for file in (reports(fitted) / "polynomial").iterdir()} == {
        "function.png",
        "loss.png",
    }


def test_runs_below_the_tracked_one_have_the_curves(fitted):
    client = MlflowClient(f"sqlite:///{fitted.root / 'mlflow.db'}")
    runs = client.search_runs([client.get_experiment_by_name(NAME).experiment_id])
    by_name = {run.info.run_name: run for run in runs}
    (parent,) = (run for run in runs if "mlflow.parentRunId" not in run.data.tags)
    assert parent.data.metrics == pytest.approx(metrics(fitted))
    assert parent.data.tags["data.source"] == "drawn with seed 0"
    assert pointed_at_nothing(fitted.root, NAME) == set()
    assert {*WAYS, "polynomial"} < set(by_name)
    assert "tensorflow" not in by_name
    (seed,) = (
        run
        for run in runs
        if run.data.tags.get("mlflow.parentRunId") == by_name["torch"].info.run_id
    )
    course = client.get_metric_history(seed.info.run_id, "loss")
    assert [point.value for point in course] == history(fitted, "torch")["loss"].tolist()


def test_noise_with_a_mean_lifts_the_constant_as_in_the_book(fresh):
    settings = {NAME: {"curve": {"noise_mean": 0.1}}}
    fresh.run(UNTRACKED | settings, pipeline=NAME, to_nodes=[f"{NAME}.numpy.fit_numpy"])
    fit = json.loads((fresh.root / f"data/07_model_output/{NAME}/numpy.json").read_text())
    assert fit["b"] == pytest.approx(2.1, abs=0.05)
    assert fit["w"] == pytest.approx(3.0, abs=0.1)


def test_a_rate_that_is_too_large_ends_a_run_with_a_sentence(fresh):
    settings = {NAME: {"descent": {"lr": 2.0}}}
    with pytest.raises(click.ClickException) as caught:
        fresh.run(UNTRACKED | settings, pipeline=NAME, to_nodes=[f"{NAME}.numpy.fit_numpy"])
    assert caught.value.message == (
        "the fit by numpy diverged: in step 1 its loss had grown from 6.97 to 83.1; "
        "set 'curve_fit.descent.lr', which is 2, below 0.888."
    )


@pytest.mark.slow
def test_the_notebook_runs(fitted):
    shown = fitted.run_notebook(NAME)
    assert shown.count("execute_result") == 5
    assert "error" not in shown
