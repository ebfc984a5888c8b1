"""Runs whose process was killed: nobody else says in the store that they are over."""

import time
from typing import TYPE_CHECKING

from dl_pipelines.tracking.descriptions import NOTE
from dl_pipelines.tracking.run_note import interrupted

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

FOLDER, PIPELINES = "kedro.folder", "kedro.pipelines"  # tags of a parent run
_PARENT = "mlflow.parentRunId"
_FOUND = "its process was killed, which the next run of the project has found."


def place_tags(folder: str, pipelines: list[str]) -> dict[str, str]:
    """What says whose a run is.

    Args:
        folder: Of the project's data, see `sole_run.folder_id`.
        pipelines: Those of the run.
    """
    return {FOLDER: folder, PIPELINES: "+".join(pipelines)}


def end_killed(client: "MlflowClient", folder: str, pipelines: list[str]) -> None:
    """End the runs as killed whose process is gone, with the runs below them.

    A run of a pipeline has its pipeline in its folder of data to itself until it ends, by a lock
    that the system takes back from a killed process; see `sole_run.running_alone`. So whoever has
    that lock knows that of all other runs of that pipeline and that folder none is computing, on
    this machine or on another one, whatever the clock says. Runs of other folders are left alone,
    but a clone of a disk has the folder's id, too: see `sole_run.folder_id`. All experiments are
    searched: several pipelines of one command have one of their own, and settings may rename it.

    Args:
        client: The store.
        folder: Of the project's data, see `sole_run.folder_id`.
        pipelines: Those that the caller has the locks of.
    """
    everywhere = [experiment.experiment_id for experiment in client.search_experiments()]
    for run in _running(client, everywhere, FOLDER, folder):
        names = run.data.tags.get(PIPELINES, "").split("+")
        if not set(pipelines).isdisjoint(names):
            client.set_tag(run.info.run_id, "error", _FOUND)
            _end(client, run)


def _end(client: "MlflowClient", run: "Run") -> None:
    """End a run after those below it: if this is interrupted, it is found again."""
    own = run.info
    for below in _running(client, [own.experiment_id], _PARENT, own.run_id):
        _end(client, below)
    if note := run.data.tags.get(NOTE):
        client.set_tag(own.run_id, NOTE, interrupted(note))
    end = max(int(1000 * time.time()), own.start_time)  # the clock may have been set back
    client.set_terminated(own.run_id, "KILLED", end)


def _running(client: "MlflowClient", experiments: list[str], tag: str, value: str) -> list["Run"]:
    wanted = f"attributes.status = 'RUNNING' and tags.`{tag}` = '{value}'"
    page = client.search_runs(experiments, wanted)
    found = list(page)
    while page.token:
        page = client.search_runs(experiments, wanted, page_token=page.token)
        found += page
    return found
