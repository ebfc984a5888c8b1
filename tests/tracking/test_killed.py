"""Runs that a killed process has left are ended by the next run, and no others."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest
from kedro.framework.session import KedroSession
from kedro.pipeline import Node

from dl_pipelines.sole_run import folder_id
from dl_pipelines.tracking.killed import FOLDER, PIPELINES, end_killed, place_tags
from dl_pipelines.tracking.run_clock import RunClock

ROOT = Path(__file__).parents[2]


@pytest.fixture
def begin(client, tmp_path):
    """Begin a run with one below it, and one below that."""
    place = tmp_path.as_uri()
    experiment = client.create_experiment(tmp_path.name, artifact_location=place)
    other = client.create_experiment(f"{tmp_path.name} b+a", artifact_location=place)

    def run(folder: str, *pipelines: str) -> list[str]:
        tags = place_tags(folder, [*pipelines])
        ids = []
        for _ in range(3):  # several pipelines of one command have an experiment of their own
            made = client.create_run(other if len(pipelines) > 1 else experiment, tags=tags)
            ids.append(made.info.run_id)
            tags = {"mlflow.parentRunId": ids[-1]}
        return ids

    return SimpleNamespace(experiment=experiment, run=run)


def states(client, *runs: list[str]) -> list[set[str]]:
    return [{client.get_run(each).info.status for each in run} for run in runs]


def test_runs_of_the_folder_and_the_pipeline_end_with_those_below(client, begin):
    mine, both = begin.run("here", "a"), begin.run("here", "b", "a")
    other_folder, other_pipeline = begin.run("there", "a"), begin.run("here", "c")
    end_killed(client, "here", ["a"])
    assert states(client, mine, both) == [{"KILLED"}] * 2
    assert states(client, other_folder, other_pipeline) == [{"RUNNING"}] * 2
    assert client.get_run(both[0]).data.tags[PIPELINES] == "b+a"
    assert "killed" in client.get_run(mine[0]).data.tags["error"]


def test_a_run_that_begins_later_than_now_ends_when_it_began(client, begin):
    future = 4_000_000_000_000  # the clock has been set back by decades since
    run = client.create_run(begin.experiment, future, tags=place_tags("here", ["a"]))
    end_killed(client, "here", ["a"])
    info = client.get_run(run.info.run_id).info
    assert (info.status, info.end_time) == ("KILLED", future)


def test_a_finished_run_stays_finished(client, begin):
    run = begin.run("here", "a")[0]
    client.set_terminated(run, "FINISHED")
    end_killed(client, "here", ["a"])
    assert client.get_run(run).info.status == "FINISHED"


@pytest.mark.slow  # a process of its own
@pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL")
def test_the_next_run_of_the_project_ends_a_killed_one(project, tracked):
    script = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from kedro.framework.project import configure_project
        from kedro.pipeline import Node, Pipeline
        from dl_pipelines import pipeline_registry
        from dl_pipelines.session import ProjectSession
        node = Node(lambda: os.kill(os.getpid(), signal.SIGKILL), None, "x", name="ends")
        pipeline_registry.register_pipelines = lambda: {{"stock_lstm": Pipeline([node])}}
        configure_project("dl_pipelines")
        with ProjectSession.create(Path({str(project.root)!r})) as session:
            session.run(pipeline_names=["stock_lstm"])
    """)
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    (killed,) = tracked()
    assert killed.status == "RUNNING" and "still going on" in killed.tags["mlflow.note.content"]
    project.register([Node(lambda: 1, None, "x", name="make")])
    project.run()
    second, first = tracked()
    assert (first.id, first.status, second.status) == (killed.id, "KILLED", "FINISHED")
    assert "It was interrupted" in first.tags["mlflow.note.content"]


def test_kedros_plain_session_which_locks_nothing_ends_none_and_is_ended_by_none(
    project, tracked, client, begin
):
    """As tasks of kedro-airflow do, and notebooks: runs of one pipeline may be alive at once."""
    alive = begin.run(folder_id(project.root / "data"), "stock_lstm")
    project.register([Node(lambda: 1, None, "x", name="make")])
    with KedroSession.create(project.root) as session:
        session.run(pipeline_names=["stock_lstm"])
    assert states(client, alive) == [{"RUNNING"}]
    (plain,) = (run for run in tracked() if run.id not in alive)
    assert plain.status == "FINISHED"
    assert FOLDER not in plain.tags
    project.run()
    assert states(client, alive) == [{"KILLED"}]


def test_the_time_of_a_run_only_goes_forward(monkeypatch):
    clock = RunClock()
    first = clock.now()
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert clock.now() >= first
