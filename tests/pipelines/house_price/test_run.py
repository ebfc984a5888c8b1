"""The whole pipeline on Boston, with little training."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from dl_pipelines.pipelines.house_price.comparison import AVERAGE, NETWORKS
from tests.pipelines.house_price.conftest import MODELS
from tests.real_project import QUICK, RealProject

UNTRACKED = QUICK | {"tracking": {"enabled": False}}
OF_A_NETWORK = {
    "loss_curves.png",
    "residuals.png",
    "calibration.png",
    "permutation_importance.png",
}
OF_THE_DATA = {
    "target_distribution.png",
    "correlation_map.png",
    "missing_map.png",
    "data_quality.png",
}


def test_the_metrics_hold_what_is_promised_as_finite_numbers(metrics):
    figures = ("rmse_mean", "rmse_sd", "r2_mean", "mae_mean")
    assert set(metrics) >= {f"{name}.{figure}" for name in (*MODELS, "best") for figure in figures}
    evaluations = ("holdout", "kfold", "repeated_kfold")
    assert set(metrics) >= {f"{name}.{other}.rmse_mean" for name in MODELS for other in evaluations}
    assert all(np.isfinite(value) for value in metrics.values())


def test_metrics_follow_from_the_predictions(metrics, predictions):
    for model in MODELS:
        frame = predictions[f"{model}_random_splits"]
        test = frame[frame["part"] == "test"]
        members = test.filter(like="seed_") if model in NETWORKS else test[["prediction"]]
        errors = members.sub(test["actual"], axis=0)
        by_split = (errors**2).groupby(test["split"]).mean() ** 0.5
        assert metrics[f"{model}.rmse_mean"] == pytest.approx(by_split.to_numpy().mean())


def test_the_best_network_is_chosen_on_validation_rows(metrics, reports):
    errors = {name: metrics[f"{name}.validation_rmse_mean"] for name in (*NETWORKS, AVERAGE)}
    chosen = json.loads((reports / "tags.json").read_text())["best"]
    best = min(errors, key=errors.__getitem__)
    assert chosen in (best, f"{best}.ensemble")
    assert metrics["best.rmse_mean"] == metrics[f"{chosen}.rmse_mean"]


def test_all_models_predict_the_same_rows(predictions):
    keys = ["split", "part", "row", "actual"]
    for protocol in ("holdout", "kfold", "repeated_kfold", "random_splits"):
        expected = predictions[f"mean_{protocol}"][keys]
        for model in MODELS:
            pd.testing.assert_frame_equal(predictions[f"{model}_{protocol}"][keys], expected)
    assert sorted(predictions["plain_kfold"]["row"]) == list(range(506))
    assert len(predictions["plain_repeated_kfold"]) == 2 * 506


def test_all_networks_are_the_mean_of_the_networks(predictions):
    for protocol in ("holdout", "random_splits"):
        each = [predictions[f"{name}_{protocol}"]["prediction"] for name in NETWORKS]
        average = predictions[f"{AVERAGE}_{protocol}"]["prediction"]
        np.testing.assert_allclose(average, np.mean(each, axis=0))


def test_every_figure_is_written(reports):
    pictures = {path.relative_to(reports) for path in reports.rglob("*.png")}
    folders = {str(path.parent): set() for path in pictures}
    for path in pictures:
        folders[str(path.parent)].add(path.name)
    assert folders == {
        ".": {"comparison.png", "dropout.png", "batchnorm.png"},
        "data": OF_THE_DATA,
        **dict.fromkeys(NETWORKS, OF_A_NETWORK),
    }


def outputs(project: RealProject) -> dict[Path, bytes]:
    """Every file of models, predictions and metrics; pictures and zip archives bear dates."""
    folders = ("06_models", "07_model_output", "08_reporting")
    return {
        path: path.read_bytes()
        for folder in folders
        for path in (project.root / "data" / folder / "house_price").rglob("*")
        if path.is_file() and path.suffix not in (".png", ".skops")
    }


def test_nodes_alone_give_the_same_as_in_the_whole(finished_house_price):
    before = outputs(finished_house_price)
    nodes = [
        *("tabm.train_holdout", "tabm.predict_holdout", "tabm.explain_holdout"),
        *("batchnorm.predict_random_splits", "boosting.fit_baseline", "boosting.predict_kfold"),
        *("all_networks.predict_holdout", "all_networks.gather_scores", "compare"),
    ]
    names = [f"house_price.{name}" for name in nodes]
    finished_house_price.run(UNTRACKED, pipeline="house_price", node_names=names)
    assert outputs(finished_house_price) == before


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sequential", "loky"])
def test_the_command_line_gives_the_same_bytes_and_says_nothing_alarming(
    finished_house_price, fresh, backend
):
    compute = {"compute": {"device": "cpu", "backend": backend, "workers": 2}}
    (fresh.root / "conf/local/parameters.yml").write_text(yaml.safe_dump(UNTRACKED | compute))
    command = [sys.executable, "-m", "kedro", "run", "--pipeline", "house_price"]
    done = subprocess.run(command, cwd=fresh.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    mine, theirs = (
        {path.relative_to(project.root): content for path, content in outputs(project).items()}
        for project in (finished_house_price, fresh)
    )
    assert mine == theirs
    printed = " ".join(done.stdout.split())
    assert "boosting" in printed and "the net chosen on validation rows" in printed
    said = (done.stdout + done.stderr).lower()
    for alarm in ("warning", "deprecat", "telemetry", "traceback"):
        assert alarm not in said


@pytest.mark.slow
def test_the_notebook_runs(finished_house_price):
    shown = finished_house_price.run_notebook("house_price")
    assert shown.count("execute_result") >= 10
    assert "error" not in shown
