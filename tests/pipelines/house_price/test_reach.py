"""The runs reach what they are meant to; they train in full, so they are slow."""

import json
import os
from pathlib import Path

import pytest

from tests.real_project import RealProject

pytestmark = pytest.mark.slow


def run(folder: Path, dataset: str, splits: str) -> dict[str, float]:
    """The metrics of a whole run."""
    project = RealProject(folder)
    params = {"tracking": {"enabled": False}, "house": {"dataset": dataset}}
    results = ["house_price.metrics", "house_price.tags"]
    project.run(params, pipeline="house_price", to_outputs=results)
    reports = project.root / "data/08_reporting/house_price"
    tags = json.loads((reports / "tags.json").read_text())
    assert (tags["dataset"], tags["splits"]) == (dataset, splits)
    return json.loads((reports / "metrics.json").read_text())


@pytest.fixture(scope="module")
def metrics(tmp_path_factory) -> dict[str, float]:
    return run(tmp_path_factory.mktemp("boston"), "boston", "20 random 90/10 splits")


@pytest.mark.parametrize("variant", ["plain", "dropout"])
def test_a_single_network_is_as_good_as_promised(metrics, variant):
    assert metrics[f"{variant}.rmse_mean"] <= 3.05


def test_the_best_network_beats_the_boosted_trees(metrics):
    assert metrics["best.rmse_mean"] <= 2.80
    assert metrics["best.rmse_mean"] < metrics["boosting.rmse_mean"]
    assert metrics["best.kfold.rmse_mean"] < metrics["boosting.kfold.rmse_mean"]


def test_the_baselines_are_the_published_ones(metrics):
    assert metrics["boosting.rmse_mean"] == pytest.approx(3.27, abs=0.1)
    assert metrics["ridge.rmse_mean"] < metrics["mean.rmse_mean"]


MIRROR = Path(os.environ.get("DL_PIPELINES_DATA", "nowhere"), "house")


@pytest.mark.skipif(not (MIRROR / "ames.csv").is_file(), reason="no mirror holds Ames")
def test_ames_is_as_good_as_promised(tmp_path, monkeypatch):
    monkeypatch.setenv("DL_PIPELINES_DATA", str(MIRROR.parent))
    metrics = run(tmp_path, "ames", "5 folds")
    assert metrics["best.log_rmse_mean"] <= 0.120
    assert metrics["best.log_rmse_mean"] <= metrics["boosting.log_rmse_mean"]


@pytest.mark.skipif(
    not (MIRROR / "california_housing.csv").is_file(), reason="no mirror holds California"
)
def test_california_is_as_good_as_promised(tmp_path, monkeypatch):
    monkeypatch.setenv("DL_PIPELINES_DATA", str(MIRROR.parent))
    metrics = run(tmp_path, "california", "1 random 80/20 split")
    assert metrics["plain.rmse_mean"] <= 0.46
    assert metrics["tabm.rmse_mean"] <= 0.44
