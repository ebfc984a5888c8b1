"""What MLflow shows of a run, and the network that it serves."""

import mlflow
import numpy as np
import pandas as pd
import pytest
import torch
from mlflow import MlflowClient
from mlflow.entities import Run

from dl_pipelines.tracking.forms import served_network
from tests.pipelines.mnist.conftest import MLP, Finished, own_digits
from tests.real_project import RealProject
from tests.tracking.pointers import pointed_at_nothing

PROBABILITIES = [f"p_{digit}" for digit in range(10)]


def test_what_is_served_takes_raw_pixels_and_gives_the_judged_probabilities(
    finished_mnist, small_digits
):
    """With the shifts of `mnist_cnn`, too: the vote is what was judged."""
    served = served_network(finished_mnist.models / "weights.safetensors")
    assert served["signature"].inputs.inputs[0].shape == (-1, 28, 28)
    assert served["signature"].outputs.inputs[0].shape == (-1, 10)
    assert served["metadata"]["predicts"] == "probability of each class"
    pixels = torch.from_numpy(small_digits["test_images"].astype(np.float32))
    stored = judged(finished_mnist)
    np.testing.assert_allclose(served["pytorch_model"](pixels), stored, rtol=1e-4, atol=1e-7)


def judged(finished: Finished) -> pd.DataFrame:
    """Probabilities of the test images by the vote."""
    votes = finished.votes
    return votes.loc[votes["part"] == "test", PROBABILITIES]


@pytest.fixture(scope="module")
def tracked(tmp_path_factory, small_digits) -> Finished:
    """`mnist_mlp`, run as a user runs it."""
    project = RealProject(tmp_path_factory.mktemp("mnist_tracked"), "mnist")
    own_digits(project, small_digits)
    project.run(MLP, pipeline="mnist_mlp")
    return Finished(project, "mnist_mlp")


@pytest.fixture(scope="module")
def client(tracked: Finished) -> MlflowClient:
    return MlflowClient(f"sqlite:///{tracked.project.root / 'mlflow.db'}")


@pytest.fixture(scope="module")
def runs(client: MlflowClient) -> dict[str, Run]:
    """The parent run, under "", and a run for each seed."""
    experiment = client.get_experiment_by_name("mnist_mlp")
    found = client.search_runs([experiment.experiment_id])
    (top,) = [run for run in found if "mlflow.parentRunId" not in run.data.tags]
    below = [run for run in found if run.data.tags.get("mlflow.parentRunId") == top.info.run_id]
    assert len(below) == len(found) - 1
    assert {run.info.status for run in found} == {"FINISHED"}
    return {"": top} | {run.info.run_name: run for run in below}


@pytest.mark.slow
def test_mlflow_shows_a_run_with_a_run_for_each_seed(tracked, runs):
    assert set(runs) == {"", "seed 0", "seed 1"}
    top = runs[""].data
    for name, value in tracked.metrics.items():
        assert top.metrics[name] == pytest.approx(value)
    assert top.params["classifier.network.hidden"] == "[8]"
    assert top.tags["data.source"].startswith("own files digits, sha256 ")
    assert (top.tags["dataset"], top.tags["recipe"]) == ("digits", "book")
    (images,) = runs[""].inputs.dataset_inputs
    assert "240, 28, 28" in images.dataset.profile
    assert (tracked.reports / "verdict.txt").read_text() in top.tags["mlflow.note.content"]
    assert pointed_at_nothing(tracked.project.root, "mnist_mlp") == set()
    by_seed = pd.read_csv(tracked.outputs / "by_seed.csv").set_index("seed")
    for seed, row in by_seed.iterrows():
        of_seed = runs[f"seed {seed}"].data.metrics
        assert of_seed["test_accuracy"] == pytest.approx(row["test_accuracy"])
        assert {"train_loss", "valid_loss", "valid_accuracy", "lr"} <= set(of_seed)


@pytest.mark.slow
def test_mlflow_keeps_tables_and_figures(client, runs):
    top = runs[""].info.run_id
    kept = {artifact.path for artifact in client.list_artifacts(top)}
    tables = {"comparison.json", "per_class.json", "mistakes.json", "robustness.json"}
    assert kept >= tables | {"confusion.csv", "data_report.json", "figures"}


@pytest.mark.slow
def test_the_logged_model_gives_the_judged_probabilities(tracked, client, runs, small_digits):
    (output,) = runs[""].outputs.model_outputs
    location = client.get_logged_model(output.model_id).artifact_location
    pixels = small_digits["test_images"].astype(np.float32)
    predicted = mlflow.pyfunc.load_model(location).predict(pixels)
    np.testing.assert_allclose(predicted, judged(tracked), rtol=1e-4, atol=1e-6)
