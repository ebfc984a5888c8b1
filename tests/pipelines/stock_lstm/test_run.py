"""The whole pipeline on the real snapshot, with little training."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import yaml
from mlflow import MlflowClient

from dl_pipelines.evaluation.baselines import REFERENCES
from tests.real_project import QUICK, RealProject
from tests.tracking.pointers import pointed_at_nothing

PROMISED = {
    *(f"lstm.{name}" for name in ("rmse", "mae", "mape", "direction_accuracy")),
    *(f"lstm.skill_vs_{name}" for name in REFERENCES),
    *(f"lstm.dm_p_vs_{name}" for name in REFERENCES),
    *(f"{name}.rmse" for name in REFERENCES),
    "lstm.interval_coverage",
    "lstm.interval_width",
    "lstm.ensemble.rmse",
    "lstm.walk_forward.rmse",
    "lstm.walk_forward.skill_vs_persistence",
    "textbook.rmse",
    "textbook.skill_vs_persistence",
}


@pytest.fixture(scope="module")
def metrics(finished: RealProject) -> dict[str, float]:
    return json.loads((finished.reports / "metrics.json").read_text())


def test_the_metrics_hold_what_is_promised_as_finite_numbers(metrics):
    assert set(metrics) >= PROMISED
    assert all(np.isfinite(value) for value in metrics.values())


def test_the_references_are_the_published_ones(metrics):
    assert metrics["persistence.rmse"] == pytest.approx(44.65, abs=0.01)
    assert metrics["close_naive.rmse"] == pytest.approx(39.23, abs=0.01)
    assert metrics["har_ridge.rmse"] == pytest.approx(36.34, abs=0.01)
    assert metrics["lstm.days"] == 1699
    assert metrics["textbook.days"] == 600


def test_metrics_follow_from_the_forecasts(finished, metrics):
    folder = finished.root / "data/07_model_output/stock_lstm"
    forecasts = pd.read_parquet(folder / "lstm_forecasts.parquet")
    test = forecasts[forecasts["date"] >= "2019-01-01"]
    errors = test["forecast"] - test["actual"]
    assert metrics["lstm.ensemble.rmse"] == pytest.approx(float(np.sqrt((errors**2).mean())))
    inside = test["actual"].between(test["lower"], test["upper"])
    assert metrics["lstm.interval_coverage"] == pytest.approx(inside.mean())


def test_the_textbook_variant_learns_from_exactly_the_books_rows(finished):
    folder = finished.root / "data/07_model_output/stock_lstm"
    forecasts = pd.read_parquet(folder / "textbook_forecasts.parquet")
    assert forecasts["date"].max() == pd.Timestamp("2020-03-13")
    assert (forecasts["date"] >= "2017-09-21").sum() == 600


def test_every_figure_is_written(finished):
    pictures = {path.relative_to(finished.reports) for path in finished.reports.rglob("*.png")}
    of_each = {path.name for path in pictures if path.parent.name == "lstm"}
    assert of_each == {
        "loss_curves.png",
        "forecast.png",
        "forecast_zoom.png",
        "interval_coverage.png",
        "error_by_year.png",
        "residual_autocorrelation.png",
        "lag_plot.png",
    }
    assert {path.name for path in pictures if path.parent.name == "textbook"} == of_each
    top = {path.name for path in pictures if str(path.parent) == "."}
    assert top == {"data_summary.png", "high_over_time.png", "data_quality.png", "comparison.png"}


def test_mlflow_shows_one_run_with_variants_and_seeds(finished, metrics):
    client = MlflowClient(f"sqlite:///{finished.root / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("stock_lstm")
    runs = {run.info.run_id: run for run in client.search_runs([experiment.experiment_id])}
    parents = {run_id: run.data.tags.get("mlflow.parentRunId") for run_id, run in runs.items()}
    (top,) = [run_id for run_id, parent in parents.items() if parent is None]
    variants = {
        runs[run_id].info.run_name: run_id for run_id, parent in parents.items() if parent == top
    }
    assert set(variants) == {"lstm", "lstm_book_window", "textbook"}
    assert len([run_id for run_id in runs if parents[run_id] == variants["lstm"]]) == 2
    assert runs[top].data.metrics["lstm.rmse"] == pytest.approx(metrics["lstm.rmse"])
    seed = next(run for run in runs.values() if parents[run.info.run_id] == variants["lstm"])
    assert {"train_loss", "valid_loss", "rmse", "skill_vs_har_ridge"} <= set(seed.data.metrics)
    assert runs[top].data.params["lstm.training.optimizer.lr"] == "0.002"
    assert "yesterday's high" in runs[top].data.tags["mlflow.note.content"]
    assert pointed_at_nothing(finished.root, "stock_lstm") == set()
    assert {run.info.status for run in runs.values()} == {"FINISHED"}


@pytest.fixture(scope="module")
def command_line(tmp_path_factory) -> tuple[RealProject, subprocess.CompletedProcess[str]]:
    """A second project, and what `kedro run` said in it; `kedro run` alone means stock_lstm."""
    project = RealProject(tmp_path_factory.mktemp("command_line"))
    settings = yaml.safe_dump(QUICK | {"tracking": {"enabled": False}})
    (project.root / "conf/local/parameters.yml").write_text(settings)
    command = [sys.executable, "-m", "kedro", "run"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
    return project, done


@pytest.mark.slow  # a whole command
def test_the_same_seed_gives_the_same_metrics_to_the_byte(finished, command_line):
    other, _ = command_line
    for name in ("metrics.json", "lstm/metrics.json", "comparison.csv"):
        assert (other.reports / name).read_bytes() == (finished.reports / name).read_bytes()


@pytest.mark.slow
def test_the_command_line_ends_with_the_table_and_says_nothing_alarming(command_line):
    _, done = command_line
    assert done.returncode == 0
    assert "har_ridge" in done.stdout and "loses to yesterday's high" in done.stdout
    said = (done.stdout + done.stderr).lower()
    for alarm in ("warning", "deprecat", "telemetry", "traceback"):
        assert alarm not in said


@pytest.mark.parametrize("node", ["train_forecaster", "evaluate_walk_forward"])
def test_a_training_node_alone_gives_the_same_as_in_the_whole(finished, node):
    files = {
        path: path.read_bytes()
        for folder in ("data/06_models/stock_lstm", "data/07_model_output/stock_lstm")
        for path in (finished.root / folder).iterdir()
        if path.is_file()
    }
    finished.run(QUICK | {"tracking": {"enabled": False}}, node_names=[f"stock_lstm.lstm.{node}"])
    assert {path: path.read_bytes() for path in files} == files


@pytest.mark.slow
def test_the_notebook_runs(finished):
    shown = finished.run_notebook("stock_lstm")
    assert shown.count("execute_result") >= 6
    assert "error" not in shown


@pytest.mark.slow
def test_the_command_line_ends_a_users_mistake_with_one_sentence(fresh):
    """Asked with the option's new name; tests/test_settings.py asks with the old one."""
    command = [sys.executable, "-m", "kedro", "run", "--pipelines", "stock_lstm"]
    command += ["--params", "stock_lstm.lstm.training.optimizer.lr=-1"]
    done = subprocess.run(command, cwd=fresh.root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "'optimizer.lr' is -1" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "deprecat" not in done.stdout + done.stderr
