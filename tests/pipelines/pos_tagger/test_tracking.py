"""What MLflow shows of a run."""

import pandas as pd
import pytest
from mlflow import MlflowClient

from tests.pipelines.pos_tagger.conftest import (
    NAME,
    NETWORKS,
    OWN,
    Finished,
    small_project,
    small_settings,
)
from tests.tracking.pointers import pointed_at_nothing

PARENT = "mlflow.parentRunId"


@pytest.mark.slow
def test_mlflow_shows_figures_tags_and_curves_by_seed(tmp_path):
    tracked = Finished(small_project(tmp_path), OWN)
    settings = {name: value for name, value in small_settings().items() if name != "tracking"}
    tracked.project.run(settings, pipeline=NAME)
    client = MlflowClient(f"sqlite:///{tmp_path / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(NAME)
    runs = client.search_runs([experiment.experiment_id])
    below = {(run.data.tags.get(PARENT), run.info.run_name): run for run in runs}
    (top,) = [run for run in runs if PARENT not in run.data.tags]
    for name, value in tracked.metrics.items():
        assert top.data.metrics[name] == pytest.approx(value)
    assert top.data.tags["data.source"].startswith("own file xx_small-ud-train.conllu, sha256 ")
    tags = {"dataset": "xx_small", "judged": "character BiLSTM"}
    assert top.data.tags.items() >= tags.items()
    assert (tracked.reports / "verdict.txt").read_text() in top.data.tags["mlflow.note.content"]
    assert pointed_at_nothing(tmp_path, NAME) == set()
    assert top.data.params["char_bilstm.tagger.network.hidden"] == "5"
    (words,) = top.inputs.dataset_inputs
    assert str(len(tracked.tokens)) in words.dataset.profile
    for network in NETWORKS:
        history = pd.read_parquet(tracked.models / f"{network}_history.parquet")
        trained = below[top.info.run_id, network].info.run_id
        for seed, rows in history.groupby("seed"):
            run = below[trained, f"seed {seed}"]
            losses = client.get_metric_history(run.info.run_id, "train_loss")
            assert [point.value for point in losses] == pytest.approx(rows["train_loss"].tolist())
    kept = {artifact.path for artifact in client.list_artifacts(top.info.run_id)}
    assert kept >= {"figures", "comparison.json", "tagged_sentences.html", "data_report.json"}
