"""A walk forward on a cluster that loses a worker in the middle."""

import os
import signal
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from dl_pipelines.frames.features import daily_features
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.pipelines.stock_lstm import nodes
from dl_pipelines.pipelines.stock_lstm.params import Training, WalkForward
from tests.dask_cluster import Cluster, dask_cluster
from tests.pipelines.stock_lstm.test_leaks import bars
from tests.pipelines.stock_lstm.test_weights import SETTINGS

__all__ = ["bars"]

pytest.importorskip("distributed", reason="needs the extra dask")

ARGUMENTS = {**SETTINGS, "training": Training(epochs=8, batch_size=16, seeds=(0,))}
HERE = {"compute": Compute(device="cpu", backend="sequential"), "checkpoints": Checkpoints()}


@pytest.fixture
def cluster(tmp_path_factory):
    with dask_cluster(tmp_path_factory.mktemp("cluster"), workers=2) as cluster:
        yield cluster


def kill_one(cluster: Cluster, project: Path, killed: threading.Event) -> None:
    """Kill a worker while both train: a checkpoint of each is there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        trainings = {file.parent for file in project.glob("data/06_models/.checkpoints/*/*.pt")}
        if len(trainings) == 2:
            cluster.workers[0].kill()
            killed.set()
            return
        time.sleep(0.005)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL")
def test_a_killed_worker_changes_no_number(bars, cluster, tmp_path, monkeypatch):
    features = daily_features(bars)
    references = nodes.forecast_references(features, ARGUMENTS["holdout"])
    monkeypatch.chdir(tmp_path)
    _, weights, _ = nodes.train_forecaster(features=features, **ARGUMENTS, **HERE)

    def walk(compute: Compute) -> tuple[pd.DataFrame, dict[str, float]]:
        return nodes.evaluate_walk_forward(
            weights=weights,
            features=features,
            references=references,
            walk_forward=WalkForward(refit_every=75),
            **ARGUMENTS,
            compute=compute,
            checkpoints=Checkpoints(every_steps=10),
        )

    forecasts, metrics = walk(HERE["compute"])
    killed = threading.Event()
    threading.Thread(target=kill_one, args=(cluster, tmp_path, killed), daemon=True).start()
    others, other_metrics = walk(Compute(device="cpu", backend="dask", address=cluster.address))

    assert killed.is_set()
    assert cluster.workers[0].wait(10) == -signal.SIGKILL
    pd.testing.assert_frame_equal(others, forecasts, check_exact=True)
    assert other_metrics == metrics
    # Relative folders are the project's there, too, and the trainings have tidied up.
    assert not [*tmp_path.glob("data/06_models/.checkpoints/*/*.pt")]
    assert [*tmp_path.glob("data/06_models/.checkpoints")]
