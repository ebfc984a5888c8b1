"""A project with a trained network and a folder of pictures, sound ones and others."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from dl_pipelines.data.splits import Split
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.params import Compute, Loss, Optimizer, Training
from dl_pipelines.pipelines.members import pack_seeds
from dl_pipelines.training.classification import fit_classifiers
from tests.picture_files import coloured, drawn, seven, some_digits, write
from tests.real_project import RealProject

NAME = "mnist_predict"
SOUND = (
    "16_bit.png",
    "alpha.png",
    "black_on_white.jpg",
    "cmyk.jpg",
    "folder/off_centre.png",
    "white_on_black.png",
)
PROBLEMS = {
    "blank.png": "blank",
    "notes.png": "no PNG or JPEG",
    "truncated.jpg": "truncated",
}


@pytest.fixture(scope="session")
def tiny_weights() -> Weights:
    """Two perceptrons that have seen 500 digits."""
    images, labels = map(torch.from_numpy, some_digits())
    network = {"hidden": [32], "batch_norm": True}
    classifier = {"architecture": "image_mlp", "network": network, "classes": 10}
    seeds = [0, 1]
    ((first, second),) = fit_classifiers(
        images,
        labels,
        [Split(np.arange(500), np.arange(0), np.arange(0))],
        classifier=classifier,
        training=Training(
            epochs=6, batch_size=32, optimizer=Optimizer(lr=0.01), loss=Loss(name="cross_entropy")
        ).model_dump()
        | {"seeds": seeds},
        augmentation=None,
        compute=Compute(device="cpu", backend="sequential").model_dump(),
    )
    header = classifier | {"name": "tiny", "size": 28, "shifts": 0}
    return pack_seeds([first.state, second.state], seeds, header)


def train(project: RealProject, weights: Weights, model: str) -> None:
    """Leave the networks where the pipeline `model` leaves them."""
    file = project.root / f"data/06_models/{model}/digits/weights.safetensors"
    SafetensorsDataset(str(file)).save(weights)


def draw(folder: Path) -> None:
    """Pictures of a 7 by the names of `SOUND`, and files by those of `PROBLEMS`."""
    digit = seven()
    large = drawn(digit, size=300, place=(40, 90), zoom=6)
    write(folder / "white_on_black.png", digit)
    write(folder / "black_on_white.jpg", 255 - large)
    write(folder / "folder" / "off_centre.png", drawn(digit, size=90, place=(60, 1)))
    write(folder / "alpha.png", coloured(np.zeros_like(large), large))
    write(folder / "16_bit.png", large.astype(np.uint16) * 257)
    write(folder / "cmyk.jpg", 255 - large, "CMYK")
    write(folder / "blank.png", np.full_like(large, 255))
    (folder / "notes.png").write_text("a seven")
    whole = write(folder / "truncated.jpg", 255 - large)
    whole.write_bytes(whole.read_bytes()[:-1000])


@pytest.fixture(scope="session")
def read(
    tmp_path_factory: pytest.TempPathFactory, tiny_weights: Weights, empty_store: Path
) -> RealProject:
    """A project whose pictures have been read; tests only look at it."""
    project = RealProject(tmp_path_factory.mktemp("read"), "mnist")
    train(project, tiny_weights, "mnist_cnn")
    draw(project.root / "data/01_raw/pictures")
    shutil.copy(empty_store, project.root / "mlflow.db")
    project.run(pipeline=NAME)
    return project
