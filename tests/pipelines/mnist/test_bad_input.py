"""Bad input ends a run with one sentence, and leaves what there was.

What else the files may lack is tried in tests/io, what the settings may in tests/params.
"""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.errors import SettingError
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params.classification import ImageTraining
from dl_pipelines.params.image_networks import LeNet
from dl_pipelines.pipelines import image_nodes as nodes
from dl_pipelines.pipelines.image_weights import check_weights
from tests.io.idx_files import idx
from tests.pipelines.mnist.conftest import UNTRACKED, own_digits
from tests.pipelines.mnist.image_settings import HOLDOUT, MLP, REPORT, SETTINGS
from tests.real_project import RealProject

Arrays = dict[str, Any]


def failure(
    project: RealProject, params: dict[str, Any] | None = None, pipeline: str = "mnist_mlp"
) -> str:
    """The one sentence that reading the digits ends with."""
    ingest = [f"{pipeline}.ingest_images"]
    with pytest.raises(click.ClickException) as caught:
        project.run(UNTRACKED | (params or {}), pipeline=pipeline, node_names=ingest)
    sentence = caught.value.message
    assert caught.value.exit_code != 0
    assert "\n" not in sentence.strip() and "Traceback" not in sentence
    return sentence


def label_11(paths: dict[str, Path], arrays: Arrays) -> None:
    labels = arrays["train_labels"].copy()
    labels[5] = 11
    paths["train_labels"].write_bytes(idx(labels))


def fewer_labels(paths: dict[str, Path], arrays: Arrays) -> None:
    paths["test_labels"].write_bytes(idx(arrays["test_labels"][:-1]))


def truncated(paths: dict[str, Path], arrays: Arrays) -> None:
    content = paths["train_images"].read_bytes()
    paths["train_images"].write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize(
    ("damage", "parts"),
    [
        (label_11, ["train-labels-idx1-ubyte.gz", "11"]),
        pytest.param(
            fewer_labels,
            ["t10k-images-idx3-ubyte.gz holds 60 images", "59 labels"],
            marks=pytest.mark.slow,  # as are these in tests/io, without a whole run
        ),
        pytest.param(truncated, ["train-images-idx3-ubyte.gz"], marks=pytest.mark.slow),
    ],
)
def test_a_wrong_file_is_named_and_leaves_the_images_as_they_were(
    fresh, small_digits, damage, parts
):
    damage(own_digits(fresh, small_digits), small_digits)
    kept = fresh.root / "data/03_primary/mnist_mlp/digits/images.npz"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"of an earlier run")
    sentence = failure(fresh)
    for part in parts:
        assert part in sentence
    assert kept.read_bytes() == b"of an earlier run"
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


@pytest.mark.parametrize(
    ("pipeline", "params", "parts"),
    [
        ("mnist_cnn", {"mnist": {"cnn": "bset"}}, ["mnist.cnn", "bset", "quick, best, lenet"]),
        ("mnist_mlp", {"mnist_mlp": {"kfold": {"folds": 1}}}, ["mnist_mlp.kfold", "folds is 1"]),
    ],
    ids=["recipe", "folds"],
)
def test_a_wrong_setting_is_named(fresh, pipeline, params, parts):
    sentence = failure(fresh, params, pipeline)
    for part in parts:
        assert part in sentence


@pytest.fixture(scope="module")
def weights(images) -> Weights:
    return nodes.train_holdout(images=images, holdout=HOLDOUT, classifier=MLP, **SETTINGS)[0]


def longer(training: ImageTraining) -> ImageTraining:
    return training.model_copy(update={"epochs": training.epochs + 1})


CHANGES: dict[str, Callable[[Arrays], Arrays]] = {
    "images": lambda now: now["images"] | {"train_images": now["images"]["train_images"][::-1]},
    "network": lambda now: now["classifier"].model_copy(update={"network": LeNet()}),
    "shifts": lambda now: now["classifier"].model_copy(update={"shifts": 1}),
    "holdout": lambda now: now["holdout"].model_copy(update={"seed": 1}),
    "epochs": lambda now: longer(now["training"]),
    "seeds": lambda now: now["training"].model_copy(update={"seeds": (0, 1)}),
    "augmentation": lambda now: now["augmentation"].model_copy(update={"rotation": 0.0}),
}
ARGUMENTS = {
    "network": "classifier",
    "shifts": "classifier",
    "epochs": "training",
    "seeds": "training",
}


@pytest.mark.parametrize("node", [nodes.predict_holdout, nodes.disturb_test])
@pytest.mark.parametrize("change", CHANGES)
def test_weights_of_other_images_or_settings_are_refused(images, weights, node, change):
    known = {"images": images, "weights": weights, "holdout": HOLDOUT, "classifier": MLP}
    known |= {"report": REPORT, **SETTINGS}
    arguments = {name: known[name] for name in inspect.signature(node).parameters}
    changed = {ARGUMENTS.get(change, change): CHANGES[change](arguments)}
    with pytest.raises(SettingError, match="run its node train_holdout first"):
        node(**(arguments | changed))


def test_another_name_is_no_other_network(images, weights):
    named = MLP.model_copy(update={"name": "another"})
    labelled = LabelledImages.from_arrays(images)
    learning = (HOLDOUT, SETTINGS["training"], SETTINGS["augmentation"])
    check_weights(weights, labelled, named, learning)
