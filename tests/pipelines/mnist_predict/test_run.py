"""Pictures of a user, read by a small network."""

import json
from dataclasses import replace

import click
import numpy as np
import pandas as pd
import pytest
import torch
from mlflow import MlflowClient

from dl_pipelines.io.npz import NpzDataset
from dl_pipelines.io.pictures import PicturesDataset
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.models import build_voters
from dl_pipelines.params import Compute
from dl_pipelines.params.pictures import PictureReading
from dl_pipelines.pipelines.mnist_predict import nodes
from dl_pipelines.pipelines.mnist_predict.adapters import prepare
from tests.picture_files import some_digits
from tests.pipelines.mnist_predict.conftest import NAME, PROBLEMS, SOUND, draw, train
from tests.real_project import RealProject
from tests.tracking.pointers import pointed_at_nothing

UNTRACKED = {"tracking": {"enabled": False}}


def reports(project: RealProject):
    return project.root / "data/08_reporting" / NAME


def table(project: RealProject) -> pd.DataFrame:
    file = reports(project) / "predictions.csv"
    return pd.read_csv(file, keep_default_na=False, na_values=[""]).set_index("file")


def failure(project: RealProject, **settings: object) -> str:
    with pytest.raises(click.ClickException) as caught:
        project.run(UNTRACKED | {NAME: settings}, pipeline=NAME)
    return caught.value.message


def test_every_sound_picture_is_read_as_what_it_is(read):
    answers = table(read)
    assert sorted(answers.index) == sorted([*SOUND, *PROBLEMS])
    assert (answers.loc[[*SOUND], "predicted"] == 7).all()
    assert answers.loc[[*SOUND], "problem"].isna().all()
    assert set(answers["model"]) == {"mnist_cnn"}


def test_what_cannot_be_read_is_reported_and_skipped(read):
    answers = table(read)
    for file, problem in PROBLEMS.items():
        assert problem in answers.loc[file, "problem"]
        assert answers.loc[file].drop(["problem", "model"]).isna().all()


def test_the_answers_are_the_mean_of_the_networks(read, tiny_weights):
    network = build_voters(tiny_weights.header, tiny_weights.members().values())
    pictures = NpzDataset(str(read.root / f"data/03_primary/{NAME}/pictures.npz")).load()
    answers = table(read).loc[pictures["files"]]
    sound = answers["problem"].isna().to_numpy()
    probabilities = network(torch.from_numpy(pictures["digits"][sound])).detach().numpy()
    stored = answers.loc[sound, [f"p_{digit}" for digit in range(10)]]
    np.testing.assert_allclose(stored, probabilities, atol=1e-6)
    np.testing.assert_allclose(stored.max(axis=1), answers.loc[sound, "confidence"])


def test_the_run_is_told_in_numbers_in_words_and_in_mlflow(read):
    metrics = json.loads((reports(read) / "metrics.json").read_text())
    assert (metrics["pictures"], metrics["problems"]) == (9, 3)
    verdict = (reports(read) / "verdict.txt").read_text()
    assert verdict.startswith("mnist_cnn (tiny, 2 networks) has read 6 of 9 pictures.")
    client = MlflowClient(f"sqlite:///{read.root / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(NAME)
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.data.metrics == pytest.approx(metrics)
    assert run.data.tags["model"] == "mnist_cnn"
    logged = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert logged >= {"predictions.json", "figures"}
    (sheet,) = client.list_artifacts(run.info.run_id, "figures")
    assert sheet.path == "figures/contact_sheet.png"
    assert pointed_at_nothing(read.root, NAME) == set()


def test_a_name_of_a_picture_controls_no_terminal(tmp_path, caplog):
    (tmp_path / "a\x1b[2J.png").write_bytes(b"no picture")
    prepare(PicturesDataset(str(tmp_path)).load(), shown=0)
    (line,) = caplog.messages
    assert line.startswith("Skipped a\\x1b[2J.png: ")


def test_problems_are_logged_once_each(tmp_path, caplog):
    draw(tmp_path)
    arrays = prepare(PicturesDataset(str(tmp_path)).load(), shown=2)
    assert arrays["thumbnails"].shape == (2, 96, 96, 3)
    assert len(arrays["digits"]) == len(SOUND) + len(PROBLEMS)
    assert len(caplog.messages) == len(PROBLEMS)
    for line, (file, problem) in zip(caplog.messages, PROBLEMS.items(), strict=True):
        assert line.startswith(f"Skipped {file}: ")
        assert problem in line
    skipped = np.isin(arrays["files"], [*PROBLEMS])
    assert not arrays["digits"][skipped].any()
    assert (arrays["problems"][~skipped] == "").all()


def read_by(pipeline: str, weights: Weights, **header: object) -> Weights:
    """Weights as the catalog gives them."""
    return replace(weights, header={**weights.header, "trained_by": pipeline, **header})


def test_pictures_are_read_by_the_vote_that_was_judged(tiny_weights):
    digits, _ = some_digits()
    pictures = {
        "files": np.array(["a.png", "b.png"]),
        "problems": np.array(["", ""]),
        "digits": digits[:2],
    }
    weights = read_by("mnist_cnn", tiny_weights, shifts=1)
    predictions = nodes.predict_pictures(pictures, weights, Compute(device="cpu"))
    network = build_voters(weights.header, weights.members().values(), shifts=1)
    expected = network(torch.from_numpy(digits[:2])).detach().numpy()
    stored = predictions[[f"p_{digit}" for digit in range(10)]]
    np.testing.assert_allclose(stored, expected, rtol=1e-4, atol=1e-7)


def test_a_folder_without_one_sound_picture_is_no_failure(tiny_weights):
    reading = PictureReading(folder="pictures")
    sources = {"blank.png": lambda: np.zeros((30, 30, 4), dtype=np.uint8)}
    pictures = nodes.prepare_pictures(sources, reading)
    weights = read_by("mnist_cnn", tiny_weights)
    predictions = nodes.predict_pictures(pictures, weights, Compute(device="cpu"))
    tags = nodes.describe_networks(weights)
    _, metrics, _ = nodes.report_predictions(predictions, tags, reading)
    assert metrics == {"pictures": 1, "problems": 1, "wavering": 0}
    assert set(nodes.draw_pictures(pictures, predictions, reading)) == {"contact_sheet.png"}


@pytest.mark.slow
def test_another_folder_another_model_and_the_same_answers(read, fresh, tiny_weights):
    train(fresh, tiny_weights, "mnist_mlp")
    draw(fresh.root / "digits of mine")
    settings = {"folder": "digits of mine", "model": "mnist_mlp"}
    fresh.run(UNTRACKED | {NAME: settings}, pipeline=NAME)
    assert json.loads((reports(fresh) / "tags.json").read_text())["model"] == "mnist_mlp"
    first, second = table(read), table(fresh)
    assert set(second["model"]) == {"mnist_mlp"}
    pd.testing.assert_frame_equal(first.drop(columns="model"), second.drop(columns="model"))


def test_without_networks_the_run_says_so_before_it_reads_a_picture(fresh):
    draw(fresh.root / "data/01_raw/pictures")
    assert "run kedro run --pipeline mnist_cnn first" in failure(fresh)
    assert not (fresh.root / "data/03_primary").exists()


def test_a_folder_that_is_not_there_is_named(fresh, tiny_weights):
    train(fresh, tiny_weights, "mnist_cnn")
    sentence = failure(fresh, folder="nowhere")
    assert "nowhere is no folder: put PNG or JPEG pictures there" in sentence


@pytest.mark.slow
def test_the_notebook_runs(read):
    shown = read.run_notebook(NAME)
    assert shown.count("execute_result") == 3
    assert "error" not in shown
