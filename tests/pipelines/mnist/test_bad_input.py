"""Bad input ends a run with one sentence, and leaves what there was.

What else the files may lack is tried in tests/io, what the settings may in tests/params.
"""

from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.pipelines import image_nodes as nodes
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


def test_weights_of_other_digits_or_settings_are_refused(images):
    weights, _, _ = nodes.train_holdout(images=images, holdout=HOLDOUT, classifier=MLP, **SETTINGS)
    arguments = {
        "images": images,
        "weights": weights,
        "holdout": HOLDOUT,
        "classifier": MLP,
        "report": REPORT,
        "compute": SETTINGS["compute"],
    }
    other = images | {"train_images": np.flip(images["train_images"], axis=0)}
    wider = MLP.model_copy(update={"network": MLP.network.model_copy(update={"hidden": (5,)})})
    for node in (nodes.predict_holdout, nodes.disturb_test):
        for change in (
            {"images": other},
            {"classifier": wider},
            {"holdout": HOLDOUT.model_copy(update={"seed": 1})},
        ):
            with pytest.raises(SettingError, match="run its node train_holdout first"):
                node(**(arguments | change))
