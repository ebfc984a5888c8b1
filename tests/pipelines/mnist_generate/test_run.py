"""Pictures by networks that were trained before, as files."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
import torch
from mlflow import MlflowClient

from dl_pipelines.errors import SettingError
from dl_pipelines.io.npz import NpzDataset
from dl_pipelines.io.pictures import PicturesDataset
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.models.generative import restore_autoencoder, restore_generator
from dl_pipelines.params import Compute
from dl_pipelines.pipelines.mnist_generate.adapters import files, make
from dl_pipelines.pipelines.mnist_generate.params import Generation
from tests.picture_files import write
from tests.pipelines.mnist_generate.conftest import NAME, SETTINGS, UNTRACKED, leave, untrained
from tests.real_project import RealProject
from tests.tracking.pointers import pointed_at_nothing

IN_TURN = [*range(10), 0, 1]


def reports(project: RealProject) -> Path:
    return project.root / "data/08_reporting" / NAME


def samples(project: RealProject) -> dict[str, np.ndarray]:
    file = project.root / f"data/07_model_output/{NAME}/samples.npz"
    return NpzDataset(str(file)).load()


def pictures(project: RealProject) -> dict[str, np.ndarray]:
    """Levels as `mnist_predict` finds them."""
    found = PicturesDataset(str(reports(project) / "pictures")).load()
    return {name: read()[..., 0] for name, read in found.items()}


def found(model: str) -> Weights:
    """Weights as the catalog gives them."""
    weights = untrained(model)
    return replace(weights, header={**weights.header, "trained_by": model})


def made_by(model: str, **settings: Any) -> dict[str, np.ndarray]:
    generation = Generation.model_validate(SETTINGS | settings)
    return make(found(model), generation, Compute(device="cpu"))


def noise() -> torch.Tensor:
    return torch.randn(SETTINGS["count"], 3, generator=torch.Generator().manual_seed(5))


def test_the_first_seeds_network_makes_all_classes_in_turn(made):
    weights = untrained("mnist_cgan")
    network = restore_generator(weights.header, weights.members()["seed_10"])
    expected = network.images(noise(), torch.tensor(IN_TURN)).numpy()
    stored = samples(made)
    np.testing.assert_array_equal(stored["images"], expected)
    assert stored["asked"].tolist() == IN_TURN


def test_the_files_are_the_samples_and_bear_their_classes(made):
    stored = pictures(made)
    assert list(stored) == [f"{row:05}_{label}.png" for row, label in enumerate(IN_TURN)]
    np.testing.assert_array_equal([*stored.values()], samples(made)["images"])


def test_the_run_is_told_in_numbers_and_in_words(made):
    metrics = json.loads((reports(made) / "metrics.json").read_text())
    images = samples(made)["images"]
    assert metrics["samples"] == metrics["distinct"] == 12
    assert metrics["inked"] == pytest.approx((images > 0).mean())
    tags = json.loads((reports(made) / "tags.json").read_text())
    assert tags == {
        "model": "mnist_cgan",
        "recipe": "tiny",
        "profile": "quick",
        "dataset": "digits",
        "asked": "",
    }
    verdict = (reports(made) / "verdict.txt").read_text()
    assert verdict.startswith("mnist_cgan (tiny) has made 12 pictures, all classes in turn.")
    assert verdict.endswith("It learnt in a quick run, a short training for a look.")


@pytest.mark.slow
def test_mlflow_shows_the_sheet_and_whose_pictures_they_are(fresh):
    leave(fresh, "mnist_cgan")
    fresh.run({NAME: SETTINGS}, pipeline=NAME)
    client = MlflowClient(f"sqlite:///{fresh.root / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(NAME)
    (run,) = client.search_runs([experiment.experiment_id])
    metrics = json.loads((reports(fresh) / "metrics.json").read_text())
    assert run.data.metrics == pytest.approx(metrics)
    assert (run.data.tags["model"], run.data.tags["dataset"]) == ("mnist_cgan", "digits")
    assert run.data.params[f"{NAME}.seed"] == "5"
    (sheet,) = client.list_artifacts(run.info.run_id, "figures")
    assert sheet.path == "figures/samples.png"
    assert pointed_at_nothing(fresh.root, NAME) == set()


def test_another_network_leaves_no_picture_of_the_run_before(fresh):
    leave(fresh, "mnist_vae")
    leave(fresh, "mnist_cgan")
    write(reports(fresh) / "pictures" / "00099_3.png", np.zeros((28, 28), dtype=np.uint8))
    settings = {"model": "mnist_vae", "count": 2, "ink": True}
    fresh.run(UNTRACKED | {NAME: settings}, pipeline=NAME)
    stored = pictures(fresh)
    assert list(stored) == ["00000.png", "00001.png"]
    np.testing.assert_array_equal(255 - np.stack([*stored.values()]), samples(fresh)["images"])
    assert json.loads((reports(fresh) / "tags.json").read_text())["model"] == "mnist_vae"


def test_one_class_is_asked_for():
    weights = untrained("mnist_cgan")
    network = restore_generator(weights.header, weights.members()["seed_10"])
    asked = made_by("mnist_cgan", digit=7)
    assert asked["asked"].tolist() == [7] * 12
    np.testing.assert_array_equal(asked["images"], network.images(noise(), torch.full((12,), 7)))
    assert [*files(asked, ink=False)][:2] == ["00000_7.png", "00001_7.png"]


def test_an_autoencoder_decodes_the_noise():
    weights = untrained("mnist_vae")
    network = restore_autoencoder(weights.header, weights.members()["seed_10"])
    made = made_by("mnist_vae")
    assert set(made) == {"images"}
    np.testing.assert_array_equal(made["images"], network.images(noise()))


@pytest.mark.parametrize("model", ["mnist_gan", "mnist_vae"])
def test_a_network_that_takes_no_class_says_so(model):
    with pytest.raises(SettingError, match=f"'{NAME}.digit' is 7, .* {model} takes no class"):
        made_by(model, digit=7)


def test_only_another_seed_makes_other_pictures():
    first, again, other = (made_by("mnist_gan", seed=seed)["images"] for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("name", "value"), [("count", 0), ("count", 100_001), ("digit", 10), ("model", "mnist_cnn")]
)
def test_a_setting_out_of_range_is_named(name, value):
    with pytest.raises(SettingError, match=f"'{name}' is {value!r}"):
        Generation.model_validate({name: value})


def test_without_networks_the_run_says_what_to_do(fresh):
    with pytest.raises(click.ClickException) as caught:
        fresh.run(UNTRACKED, pipeline=NAME)
    assert "run kedro run --pipeline mnist_cgan first" in caught.value.message
    assert not (fresh.root / "data/08_reporting").exists()
