"""The whole pipeline on a few hundred digits, with little training."""

import json
from typing import Any

import click
import mlflow
import numpy as np
import pandas as pd
import pytest
import torch
from mlflow import MlflowClient
from mlflow.entities import Run
from PIL import Image

from dl_pipelines.io.npz import NpzDataset
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models.generative import restore_generator
from dl_pipelines.pipelines.sample_reader import reader_name
from tests.pipelines.generative.conftest import CGAN, READING, SHORT
from tests.pipelines.mnist.conftest import UNTRACKED, Finished, own_digits
from tests.real_project import RealProject

PROMISED = {
    *("frechet", "frechet_floor", "kernel_distance", "precision", "recall", "label_kl"),
    *("conditional_accuracy", "train_on_generated_accuracy", "train_seconds"),
}
FIGURES = {
    *("adversarial_curves.png", "samples.png", "strip.png", "class_shares.png", "class_grid.png"),
    "training.gif",
}
ALONE = ["make_samples", "read_samples", "make_grid", "evaluate_teaching"]


def stored(finished: Finished, name: str) -> Weights:
    return SafetensorsDataset(str(finished.models / f"{name}.safetensors")).load()


def arrays(finished: Finished, name: str) -> dict[str, np.ndarray]:
    return NpzDataset(str(finished.outputs / f"{name}.npz")).load()


def told(finished: Finished, name: str) -> Any:
    return json.loads((finished.reports / f"{name}.json").read_text())


def parent(project: RealProject, pipeline: str) -> tuple[Run, dict[str, Run]]:
    """The run of a pipeline in MLflow, and those of its seeds by name."""
    client = MlflowClient(f"sqlite:///{project.root / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(pipeline)
    runs = client.search_runs([experiment.experiment_id])
    (top,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    return top, {run.info.run_name: run for run in runs if run is not top}


def test_the_metrics_hold_what_is_promised_as_finite_numbers(cgan):
    metrics, name = cgan.metrics, reader_name(stored(cgan, "classifier"))
    assert set(metrics) >= PROMISED | {f"frechet.{name}", f"kernel_distance.{name}"}
    assert all(np.isfinite(value) for value in metrics.values())
    assert metrics["conditional_accuracy_sd"] >= 0  # of two seeds


def test_all_nodes_tell_of_the_same_samples(cgan):
    samples, readings = arrays(cgan, "samples"), arrays(cgan, "readings")
    assert samples["images"].shape == (2, 20, 28, 28)
    obeyed = (readings["classes"] == samples["asked"]).mean()
    assert cgan.metrics["conditional_accuracy"] == pytest.approx(obeyed)
    per_class = pd.read_csv(cgan.reports / "per_class.csv")
    counts = np.bincount(readings["classes"][0], minlength=10)
    assert per_class["generated"].tolist() == counts.tolist()
    by_seed = pd.read_csv(cgan.outputs / "sample_by_seed.csv")
    assert by_seed["seed"].tolist() == samples["seeds"].tolist() == [10, 2]
    assert by_seed["frechet"].mean() == pytest.approx(cgan.metrics["frechet"])
    table = pd.read_csv(cgan.reports / "comparison.csv")
    assert table["network"].tolist() == ["seed 10", "seed 2", "real images"]
    assert table["Fréchet"].tolist()[:2] == pytest.approx(by_seed["frechet"].tolist())
    assert table["Fréchet"].iloc[2] == pytest.approx(cgan.metrics["frechet_floor"])


def test_tags_and_verdict_tell_of_the_same_run(cgan):
    tags, verdict = told(cgan, "tags"), (cgan.reports / "verdict.txt").read_text()
    assert tags == {
        "dataset": "digits",
        "recipe": "mnist_cgan.hinge",
        "profile": "quick",
        "classifier": reader_name(stored(cgan, "classifier")),
        "classifier.recipe": "quick",
        "data.sample": "false",
        "data.source": tags["data.source"],
    }
    assert tags["data.source"].startswith("own files digits, sha256 ")
    assert verdict.startswith(f"mnist_cgan.hinge on {tags['data.source']}: ")
    assert tags["classifier"] in verdict
    assert verdict.endswith("This was a quick run, a short training for a look.")


def test_every_figure_and_the_animation_are_written(cgan):
    written = {path.name for path in cgan.reports.iterdir() if path.suffix in (".png", ".gif")}
    assert written == FIGURES
    with Image.open(cgan.reports / "training.gif") as animation:
        assert animation.n_frames == len(arrays(cgan, "progress")["images"]) == 2


def test_nodes_alone_give_the_same_bytes_as_in_the_whole(cgan):
    files = [cgan.outputs / f"{name}.npz" for name in ("samples", "readings", "grid")]
    files += [cgan.outputs / "taught_metrics.json"]
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}
    nodes = [f"mnist_cgan.{node}" for node in ALONE]
    cgan.project.run(CGAN | UNTRACKED, pipeline="mnist_cgan", node_names=nodes)
    for file, (content, written) in before.items():
        assert file.stat().st_mtime_ns > written
        assert file.read_bytes() == content, file.name


def test_mlflow_shows_curves_of_both_networks_figures_and_tags(cgan):
    top, seeds = parent(cgan.project, "mnist_cgan")
    assert top.info.status == "FINISHED"
    assert top.data.metrics == pytest.approx(cgan.metrics)
    assert top.data.tags.items() >= told(cgan, "tags").items()
    assert (cgan.reports / "verdict.txt").read_text() in top.data.tags["mlflow.note.content"]
    assert set(seeds) == {"seed 10", "seed 2"}
    for run in seeds.values():
        networks = {"train_generator_loss", "train_discriminator_loss"}
        rates = {"generator_lr", "discriminator_lr", "train_real_accuracy"}
        assert set(run.data.metrics) >= networks | rates | {"frechet", "conditional_accuracy"}
    client = MlflowClient(f"sqlite:///{cgan.project.root / 'mlflow.db'}")
    figures = {one.path for one in client.list_artifacts(top.info.run_id, "figures")}
    assert figures >= {f"figures/{name}" for name in FIGURES}
    kept = {one.path for one in client.list_artifacts(top.info.run_id)}
    assert kept >= {"classifier.safetensors", "comparison.json", "per_class.json"}


@pytest.fixture(scope="module")
def collapsed(cgan) -> tuple[Finished, str]:
    """`mnist_gan` in the same project, all of whose samples are of one class, and what it said."""
    frozen = {"optimizer": {"generator": {"lr": 1e-9}, "discriminator": {"lr": 1e-9}}}
    own = {
        "compute": SHORT,
        "reading": READING,
        "adversaries": {"generator": {"hidden": [8]}, "discriminator": {"hidden": [8]}},
        "training": {"epochs": 2, "batch_size": 64, **frozen},
    }
    settings = {"mnist": CGAN["mnist"], "mnist_gan": own}
    with pytest.raises(click.ClickException) as caught:
        cgan.project.run(settings, pipeline="mnist_gan")
    return Finished(cgan.project, "mnist_gan"), caught.value.message


def test_a_gan_that_collapsed_ends_the_run_as_failed(collapsed):
    finished, message = collapsed
    assert message.startswith("the GAN collapsed: after epoch 2 its samples are read as 1 classes")
    assert "one-sided since epoch 1" in message and "\n" not in message
    top, _ = parent(finished.project, "mnist_gan")
    assert top.info.status == "FAILED"
    assert top.data.tags["error"] == message
    assert top.data.tags["failed.node"] == "mnist_gan.train_adversaries"
    assert not (finished.models / "weights.safetensors").exists()
    assert not [*finished.project.root.rglob("*-good")]  # there was no good epoch


def test_pipelines_share_a_classifier_that_was_trained_alike(cgan, collapsed):
    finished, _ = collapsed
    one, other = ((each.models / "classifier.safetensors") for each in (cgan, finished))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.slow
def test_an_unconditional_network_has_neither_grid_nor_pupils(tmp_path, small_digits):
    project = RealProject(tmp_path, "mnist")
    own_digits(project, small_digits)
    own = CGAN["mnist_cgan"] | {
        "adversaries": {"generator": {"hidden": [8]}, "discriminator": {"hidden": [8]}}
    }
    settings = {"mnist": CGAN["mnist"], "generative": CGAN["generative"], "mnist_gan": own}
    project.run(settings | UNTRACKED, pipeline="mnist_gan")
    finished = Finished(project, "mnist_gan")
    assert set(finished.metrics) >= PROMISED - {
        "conditional_accuracy",
        "train_on_generated_accuracy",
    }
    assert not [name for name in finished.metrics if name.startswith(("conditional", "train_on"))]
    assert arrays(finished, "grid") == {}
    written = {path.name for path in finished.reports.iterdir()}
    assert written & FIGURES == FIGURES - {"class_grid.png"}


@pytest.mark.slow
def test_mlflow_serves_the_first_seeds_generator(tmp_path, small_digits):
    project = RealProject(tmp_path, "mnist")
    own_digits(project, small_digits)
    nodes = ["mnist_cgan.train_adversaries"]
    project.run(CGAN, pipeline="mnist_cgan", to_nodes=nodes)
    top, _ = parent(project, "mnist_cgan")
    client = MlflowClient(f"sqlite:///{tmp_path / 'mlflow.db'}")
    (output,) = top.outputs.model_outputs
    location = client.get_logged_model(output.model_id).artifact_location
    weights = stored(Finished(project, "mnist_cgan"), "weights")
    network = restore_generator(weights.header, weights.members()["seed_10"])
    noise, asked = torch.randn(7, network.latents), torch.arange(7)
    given = torch.cat([noise, asked[:, None]], dim=1).numpy()
    made = mlflow.pyfunc.load_model(location).predict(given)
    np.testing.assert_allclose(np.rint(made), network.images(noise, asked), atol=1)
