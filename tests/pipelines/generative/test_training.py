"""The node that trains a GAN: what it learns from, and that it is the same again."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.errors import SettingError
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.params import Checkpoints
from dl_pipelines.pipelines import gan_adapters
from dl_pipelines.pipelines.gan_nodes import make_samples, train_adversaries
from dl_pipelines.training.gan_callbacks import last_good_generator
from dl_pipelines.training.gan_classes import Reader
from tests.pipelines.generative.settings import ADVERSARIES, SETTINGS, changed, given, same
from tests.training.images import Killed, kill_after

PIPELINES = ["mnist_gan", "mnist_dcgan", "mnist_cgan"]
Trained = tuple[Weights, pd.DataFrame, dict[str, float], dict[str, np.ndarray]]


def train(images: dict[str, Any], classifier: Weights, **settings: Any) -> Trained:
    known = {"images": images, "classifier": classifier} | settings
    return train_adversaries(**given(train_adversaries, **known))


def samples_of(images: dict[str, Any], weights: Weights) -> np.ndarray:
    return make_samples(**given(make_samples, images=images, weights=weights))["images"]


def negatives(images: dict[str, Any], rows: np.ndarray) -> dict[str, Any]:
    """The same with the negatives of some training images."""
    pictures = images["train_images"].copy()
    pictures[rows] = 255 - pictures[rows]
    return images | {"train_images": pictures}


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_only_another_seed_gives_other_bytes(tmp_path, images, classifier, pipeline):
    def content(*seeds: int) -> tuple[bytes, pd.DataFrame, np.ndarray]:
        settings = {"adversaries": ADVERSARIES[pipeline]} | changed("training", seeds=seeds)
        weights, history, _, progress = train(images, classifier, **settings)
        file = tmp_path / "weights.safetensors"
        SafetensorsDataset(str(file)).save(weights)
        return file.read_bytes(), history, progress["images"]

    (one, history, progress), (again, history_again, progress_again) = content(7), content(7)
    assert one == again
    pd.testing.assert_frame_equal(history, history_again, check_exact=True)
    np.testing.assert_array_equal(progress, progress_again)
    assert progress.shape == (1, 10, 28, 28)
    other, _, other_progress = content(8)
    assert other != one
    assert not np.array_equal(other_progress, progress)


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_weights_say_what_they_are(images, classifier, pipeline):
    adversaries = ADVERSARIES[pipeline]
    weights, history, timing, _ = train(images, classifier, adversaries=adversaries)
    told = {
        **adversaries.model_dump(mode="json"),
        "classes": 10 if pipeline == "mnist_cgan" else 0,
        "size": 28,
        "profile": "quick",
        "seeds": [10, 2],
    }
    assert told.items() <= weights.header.items()
    assert history["seed"].tolist() == [10, 2]
    assert {"train_generator_loss", "train_discriminator_loss"} <= set(history)
    assert timing["train_seconds"] > 0


def test_weights_do_not_know_the_test(images, classifier, generators):
    changes = {
        "test_images": 255 - images["test_images"],
        "test_labels": images["test_labels"][::-1],
    }
    weights, *_ = train(images | changes, classifier)
    assert same(weights, generators)
    np.testing.assert_array_equal(
        samples_of(images | changes, weights), samples_of(images, generators)
    )


def test_weights_do_not_know_what_validates(images, classifier, generators):
    split = LabelledImages.from_arrays(images).holdout(**SETTINGS["holdout"].model_dump())
    weights, *_ = train(negatives(images, split.valid), classifier)
    assert same(weights, generators)
    weights, *_ = train(negatives(images, split.train[:1]), classifier)
    assert not same(weights, generators)


def test_weights_do_not_know_who_watches_them(images, classifier, generators, monkeypatch):
    monkeypatch.setattr("dl_pipelines.training.gan_classes.COLLAPSED", 99.0)
    told = changed("report", profile="full")
    weights, history, *_ = train(images, classifier, **told)
    assert same(weights, generators)
    assert {"train_classes", "train_label_kl"} <= set(history)


def test_a_sample_of_the_images_may_take_more_epochs(images, classifier):
    settings = changed("training", sample_factor=2.0, seeds=(0,))
    _, history, _, progress = train(images | {"sample": True}, classifier, **settings)
    assert history["epoch"].tolist() == [1, 2] and len(progress["images"]) == 2
    _, history, *_ = train(images, classifier, **settings)
    assert history["epoch"].tolist() == [1]


def test_a_training_that_was_killed_goes_on_to_the_same_bits(
    tmp_path, images, classifier, generators, monkeypatch
):
    places = {"checkpoints": Checkpoints(folder=str(tmp_path), every_steps=1)}
    with monkeypatch.context() as patch, pytest.raises(Killed):
        kill_after(patch, 1)
        train(images, classifier, **places)
    assert [*tmp_path.rglob("*.pt")]
    weights, *_ = train(images, classifier, **places)
    assert same(weights, generators)
    assert not [*tmp_path.rglob("*.pt")]


def test_a_collapse_leaves_the_last_good_generator(tmp_path, images, classifier, monkeypatch):
    divergences = [0.1, 9.0]  # after the first epoch all classes are read, after the last one

    class Scripted(Reader):
        def count(self, *_: Any, **__: Any) -> tuple[int, float]:
            return 1, divergences.pop(0)

    reader = Scripted(header={"classes": 10}, states=[])
    monkeypatch.setattr(gan_adapters, "watching", lambda *_: reader)
    settings = {"checkpoints": Checkpoints(folder=str(tmp_path), every_steps=9)}
    settings |= changed("training", epochs=2, seeds=(10,))
    with pytest.raises(SettingError, match=r"the GAN collapsed: .* since epoch 2;") as caught:
        train(images, classifier, **settings)
    (folder,) = tmp_path.glob("*-good")
    assert str(caught.value).endswith(f"the state after the last good epoch is kept in {folder}.")
    monkeypatch.undo()
    whole, *_ = train(images, classifier, **changed("training", seeds=(10,)))
    left = last_good_generator(folder)
    assert left.keys() == whole.members()["seed_10"].keys()
    assert all((left[name] == tensor).all() for name, tensor in whole.members()["seed_10"].items())
