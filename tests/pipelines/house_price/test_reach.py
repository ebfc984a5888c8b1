"""The default run reaches what it is meant to; it trains in full, so it is slow."""

import json

import pytest

from tests.real_project import RealProject

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def metrics(tmp_path_factory) -> dict[str, float]:
    project = RealProject(tmp_path_factory.mktemp("full"))
    results = ["house_price.metrics", "house_price.tags"]
    project.run({"tracking": {"enabled": False}}, pipeline="house_price", to_outputs=results)
    folder = project.root / "data/08_reporting/house_price"
    tags = json.loads((folder / "tags.json").read_text())
    assert (tags["dataset"], tags["splits"]) == ("boston", "20 random 90/10 splits")
    return json.loads((folder / "metrics.json").read_text())


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
