"""The MLflow server dies in the middle of a run: it comes back, or it does not."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from tests.faults.commands import Command, configure, finish, metrics
from tests.faults.conftest import Undisturbed
from tests.faults.server import TrackingServer
from tests.faults.soundness import own_uri, runs, states
from tests.real_project import RealProject

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="has no killpg")]

PATIENCE = 3.0  # seconds, instead of a minute


@pytest.fixture
def server(tmp_path: Path, empty_store: Path) -> Iterator[TrackingServer]:
    server = TrackingServer(tmp_path, empty_store)
    server.start()
    yield server
    server.kill()


def place_of(run: Run, by_id: dict[str, Run]) -> tuple[str, ...]:
    """The names of a run and of those above it but the topmost, which has the time in its name."""
    parent = run.data.tags.get("mlflow.parentRunId")
    return (*place_of(by_id[parent], by_id), run.info.run_name) if parent else ()


def tracked(uri: str) -> dict[tuple[str, ...], Any]:
    """Of each finished run all points of its curves, its parameters, artifacts, inputs, models."""
    client = MlflowClient(uri)
    by_id = {run.info.run_id: run for run in runs(uri) if run.info.status == "FINISHED"}
    found: dict[tuple[str, ...], Any] = {}
    for run_id, run in by_id.items():
        place = place_of(run, by_id)
        assert place not in found, f"{place} is there twice"
        curves = {name: client.get_metric_history(run_id, name) for name in run.data.metrics}
        for points in curves.values():
            times = [point.timestamp for point in sorted(points, key=lambda point: point.step)]
            assert times == sorted(times)
        found[place] = {
            "curves": {
                name: sorted((point.step, point.value) for point in points)
                for name, points in curves.items()
            },
            "params": run.data.params,
            "artifacts": sorted(_artifacts(client, run_id)),
            "inputs": len(run.inputs.dataset_inputs),
            "models": bool(run.outputs and run.outputs.model_outputs),
        }
    return found


def _artifacts(client: MlflowClient, run_id: str, folder: str = "") -> Iterator[str]:
    for entry in client.list_artifacts(run_id, folder):
        if entry.is_dir:
            yield from _artifacts(client, run_id, entry.path)
        else:
            yield entry.path


def seconds(uri: str) -> list[float]:
    """How long runs took, by the store."""
    return [(run.info.end_time - run.info.start_time) / 1000 for run in runs(uri)]


@pytest.mark.parametrize(
    ("dies", "returns"),
    [
        ("lstm.train_forecaster", "textbook.train_forecaster"),
        ("lstm.draw_forecaster_figures", "draw_report_figures"),
    ],
)
def test_what_a_server_misses_it_gets_when_it_is_back(
    dies: str,
    returns: str,
    server: TrackingServer,
    prepared: Callable[[str], RealProject],
    undisturbed: Undisturbed,
) -> None:
    project = prepared("server_comes_back")
    command = Command(project, environment={"MLFLOW_TRACKING_URI": server.uri})
    assert command.until_node(dies), command.said
    server.kill()
    assert command.until_node(returns), command.said  # the run goes on
    server.start()
    assert command.end() == 0, command.said
    assert "does not answer" in command.said and "answers again" in command.said
    assert "Traceback" not in command.said
    assert metrics(project) == undisturbed.metrics
    expected = tracked(own_uri(undisturbed.project))
    assert expected[("lstm", "seed 0")]["curves"]["train_loss"]
    assert tracked(server.uri) == expected
    assert states(server.uri) == states(own_uri(undisturbed.project))
    assert min(seconds(server.uri)) >= 0


def test_a_server_that_stays_away_is_one_sentence_and_nothing_is_lost(
    server: TrackingServer, prepared: Callable[[str], RealProject], undisturbed: Undisturbed
) -> None:
    project = prepared("server_stays_away")
    configure(project, tracking={"patience_seconds": PATIENCE})
    environment = {"MLFLOW_TRACKING_URI": server.uri}
    command = Command(project, environment=environment)
    assert command.until_node("lstm.train_forecaster"), command.said
    server.kill()
    assert command.end() == 1, command.said
    [sentence] = command.sentences
    assert f"{server.uri} has not answered for 3 seconds" in sentence
    assert "data/" in sentence and "run the same command again" in sentence
    assert "Traceback" not in command.said

    server.start()
    again = finish(project, environment=environment)
    assert "lstm.train_forecaster" not in again.nodes  # nothing is trained twice
    assert metrics(project) == undisturbed.metrics
    assert tracked(server.uri) == tracked(own_uri(undisturbed.project))
    assert states(server.uri)[0] == Counter(KILLED=1, FINISHED=1)
    assert "RUNNING" not in states(server.uri)[1]
