"""The pipeline on runs that were tracked before."""

import json
from base64 import b64encode

import click
import pandas as pd
import pytest
from mlflow import MlflowClient

from tests.pipelines.generator_comparison.conftest import METRICS, NAME, SHEET
from tests.real_project import RealProject
from tests.tracking.pointers import pointed_at_nothing

UNTRACKED = {"tracking": {"enabled": False}}


def report(project: RealProject, file: str) -> str:
    return (project.root / "data/08_reporting" / NAME / file).read_text()


def test_the_newest_finished_runs_of_digits_are_compared(compared):
    file = compared.root / "data/08_reporting" / NAME / "comparison.csv"
    table = pd.read_csv(file).set_index("pipeline")
    assert table.index.tolist() == ["mnist_vae", "mnist_gan.quick"]
    assert table["Fréchet"].tolist() == [12.0, 12.0]
    assert table["recall %"].tolist() == [50.0, 90.0]
    assert table["NLL (nats)"].isna().tolist() == [False, True]


def test_all_figures_are_kept_by_pipeline(compared):
    metrics = json.loads(report(compared, "metrics.json"))
    assert metrics["mnist_vae.iwae_nll"] == 94.5
    assert metrics["mnist_gan.recall"] == 0.9
    assert metrics["mnist_gan.frechet.mnist_cnn-1a2b3c4d"] == 12.0
    assert len(metrics) == 2 * len(METRICS) + 2


def test_the_page_shows_the_verdict_the_sheets_and_links_to_the_runs(compared, runs):
    page, verdict = report(compared, "comparison.html"), report(compared, "verdict.txt")
    assert verdict in page  # nothing in it that would be escaped
    for name in ("vae", "gan"):
        assert f"/runs/{runs[name]}" in page
    for name in ("old", "failed", "fashion"):
        assert runs[name] not in page
    assert "<h2>mnist_vae: book</h2>" in page
    assert page.count("Images: mirror<") == 2
    assert page.count("<img") == 2
    assert b64encode(SHEET).decode() in page
    assert "mnist_dcgan has no finished run: kedro run --pipeline mnist_dcgan" in verdict
    assert (compared.root / "data/08_reporting" / NAME / "comparison.png").exists()


def test_the_comparison_is_tracked_itself(compared, runs):
    client = MlflowClient(f"sqlite:///{compared.root / 'mlflow.db'}")
    (run,) = client.search_runs([client.get_experiment_by_name(NAME).experiment_id])
    assert run.data.metrics == json.loads(report(compared, "metrics.json"))
    assert run.data.tags["mnist_gan.run"] == runs["gan"]
    assert run.data.tags["profile"] == "quick"
    assert run.data.tags["classifier"] == "mnist_cnn-1a2b3c4d"
    logged = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert logged >= {"comparison.html", "comparison.json", "verdict.txt", "figures"}
    assert pointed_at_nothing(compared.root, NAME) == set()


def test_another_data_set_is_compared_by_its_own_runs(compared, runs):
    settings = {"mnist": {"dataset": "fashion"}} | UNTRACKED
    compared.run(settings, pipeline=NAME, to_nodes=[f"{NAME}.read_runs"])
    file = compared.root / "data/07_model_output" / NAME / "fashion/runs.parquet"
    stored = pd.read_parquet(file)
    assert stored["run_id"].tolist() == [runs["fashion"]]
    assert stored.attrs["missing"] == ["mnist_vae", "mnist_gan", "mnist_cgan"]


def test_without_runs_the_sentence_says_what_to_run_first(fresh):
    with pytest.raises(click.ClickException) as caught:
        fresh.run(UNTRACKED, pipeline=NAME)
    assert caught.value.message.startswith(
        "there are no finished runs of digits to compare: run kedro run --pipeline mnist_vae "
    )
    assert not (fresh.root / "mlflow.db").exists()


def test_runs_are_read_from_the_store_that_the_settings_name(compared, fresh, runs):
    uri = f"sqlite:///{(compared.root / 'mlflow.db').as_posix()}"
    text = f"tracking: {{enabled: false, uri: '{uri}'}}"
    (fresh.root / "conf/local/parameters.yml").write_text(text)
    fresh.run(pipeline=NAME, to_nodes=[f"{NAME}.read_runs"])
    stored = pd.read_parquet(fresh.root / "data/07_model_output" / NAME / "digits/runs.parquet")
    assert stored["run_id"].tolist() == [runs["vae"], runs["gan"]]
