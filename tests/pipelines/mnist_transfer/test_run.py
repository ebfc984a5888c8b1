"""The whole pipeline, with random weights and noise for digits: what it needs, makes and says."""

import json
import sys

import click
import pytest

from dl_pipelines.pipelines.mnist_transfer import create_pipeline
from tests.io.idx_files import digits, write_digits
from tests.real_project import RealProject
from tests.vision import import_torchvision

# Seconds instead of minutes: the smallest network on the smallest images that it takes.
QUICK = {
    "tracking": {"enabled": False},
    "compute": {"device": "cpu", "backend": "sequential"},
    "mnist_transfer": {
        "holdout": {"validation_fraction": 0.25},
        "report": {"rotations": [0, 10], "noises": [0, 32], "occlusions": [0, 4]},
        "classifier": {"network": {"model": "squeezenet1_1", "resize": 17, "weights": "none"}},
        "training": {"epochs": 2, "batch_size": 16},
    },
}


def read(path):
    return json.loads(path.read_text())


def failure(project: RealProject, network: dict[str, object]) -> str:
    """The sentence that a run with these settings of the network ends with."""
    params = {**QUICK, "mnist_transfer": {"classifier": {"network": network}}}
    with pytest.raises(click.ClickException) as caught:
        project.run(params, pipeline="mnist_transfer")
    return caught.value.message


@pytest.fixture
def unread(fresh: RealProject) -> RealProject:
    """A project whose images cannot be read: who reads them says so, and nothing else."""
    paths = write_digits(fresh.root / "data/01_raw/digits", digits())
    for path in paths.values():
        path.write_bytes(b"no digits")
    return fresh


def test_a_run_trains_judges_and_draws(fresh):
    import_torchvision()
    write_digits(fresh.root / "data/01_raw/digits", digits(train=40, test=20))
    fresh.run(QUICK, pipeline="mnist_transfer")

    reports = fresh.root / "data/08_reporting/mnist_transfer"
    metrics = read(reports / "metrics.json")
    assert {"test_accuracy", "test_loss", "validation_accuracy", "train_seconds"} <= set(metrics)
    assert (reports / "learned_filters.png").is_file()
    network = read(reports / "network.json")
    assert network["network"]["model"] == "squeezenet1_1"
    assert network["parameters"] == 727_626  # 1,235,496 with torchvision's head of 1,000 classes
    assert network["parameters_that_learn"] == 512 * 10 + 10

    # The stored networks are enough to predict again.
    votes = fresh.root / "data/07_model_output/mnist_transfer/digits/votes.parquet"
    before = votes.read_bytes()
    votes.unlink()
    predict = ["mnist_transfer.predict_holdout"]
    fresh.run(QUICK, pipeline="mnist_transfer", node_names=predict)
    assert votes.read_bytes() == before


@pytest.mark.slow
def test_the_notebook_runs(fresh):
    import_torchvision()
    write_digits(fresh.root / "data/01_raw/digits", digits(train=40, test=20))
    fresh.run(QUICK, pipeline="mnist_transfer")
    shown = fresh.run_notebook("mnist_transfer")
    assert shown.count("execute_result") == 7
    assert "error" not in shown


def test_the_network_is_built_before_anything_else():
    assert create_pipeline().nodes[0].name == "mnist_transfer.describe_network"


def test_without_the_extra_a_run_says_what_to_install(unread, monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    assert "run pip install 'dl_pipelines[vision]'" in failure(unread, {})


def test_a_missing_file_of_weights_is_told_before_the_images_are_read(unread):
    import_torchvision()
    sentence = failure(unread, {"weights": "data/06_models/lost.pth"})
    assert sentence.startswith("data/06_models/lost.pth, the setting 'weights', is no file")
