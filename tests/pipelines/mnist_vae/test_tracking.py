"""What MLflow shows of a run."""

import pytest
from mlflow import MlflowClient

from tests.pipelines.mnist.conftest import Finished
from tests.pipelines.mnist_vae.conftest import PLAIN, vae_project
from tests.tracking.pointers import pointed_at_nothing


@pytest.mark.slow
def test_mlflow_shows_curves_figures_and_tags(tmp_path, small_digits):
    tracked = Finished(vae_project(tmp_path, small_digits), "mnist_vae")
    tracked.project.run(PLAIN, pipeline="mnist_vae")
    client = MlflowClient(f"sqlite:///{tmp_path / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("mnist_vae")
    runs = {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}
    (top,) = [run for run in runs.values() if "mlflow.parentRunId" not in run.data.tags]
    for name, value in tracked.metrics.items():
        assert top.data.metrics[name] == pytest.approx(value)
    tags = {"dataset": "digits", "recipe": "mnist_vae.plain", "profile": "full"}
    assert top.data.tags.items() >= tags.items()
    verdict = (tracked.reports / "verdict.txt").read_text()
    assert verdict in top.data.tags["mlflow.note.content"]
    assert pointed_at_nothing(tmp_path, "mnist_vae") == set()
    for seed in (2, 10):
        curves = runs[f"seed {seed}"].data.metrics
        assert {"train_loss", "valid_loss", "valid_kl", "lr", "elbo", "iwae_nll"} <= set(curves)
    kept = {artifact.path for artifact in client.list_artifacts(top.info.run_id)}
    assert kept >= {"figures", "comparison.json", "classifier.safetensors", "data_report.json"}
    (model,) = client.search_logged_models([experiment.experiment_id])
    assert (model.name, model.status) == ("model", "READY")
    figures = client.list_artifacts(top.info.run_id, "figures")
    assert "figures/reconstructions.png" in {figure.path for figure in figures}
