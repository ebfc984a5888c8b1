"""How the runs of one `kedro run` begin."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dl_pipelines.params import Tracking
from dl_pipelines.sole_run import folder_id, holds
from dl_pipelines.tracking.commands import repetition
from dl_pipelines.tracking.descriptions import NOTE, experiment_note
from dl_pipelines.tracking.killed import end_killed, place_tags
from dl_pipelines.tracking.provenance import provenance_tags, source_tags
from dl_pipelines.tracking.run_note import RunNote
from dl_pipelines.tracking.runs import RunTree
from dl_pipelines.tracking.store import experiment_id, open_store, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient

_LOCAL = "local"  # the environment of a run that names none


def start_runs(
    run: Mapping[str, Any],
    pipelines: list[str],
    params: Mapping[str, str],
    settings: Tracking,
    root: Path,
) -> RunTree:
    """Start the parent run; earlier ones that were killed are ended, see `end_killed`.

    Args:
        run: Kedro's record of the run.
        pipelines: Its pipelines; the experiment is called like them if the settings do not say.
        params: All parameters of the run, flat.
        settings: The settings of tracking.
        root: The project's root.

    Raises:
        TrackingError: If the store cannot be used.
        DataError: If the folder of data cannot be written.
        mlflow.exceptions.MlflowException: Likewise.
    """
    client = open_store(tracking_uri(root, settings.uri))
    own = "+".join(pipelines)
    experiment = experiment_id(client, settings.experiment or own, root)
    _describe(client, experiment, [] if settings.experiment else pipelines)
    place = _place(client, root / "data", pipelines)
    env = run["env"] or _LOCAL
    tags = provenance_tags(root, env, params)
    note = RunNote(
        pipelines, repetition(run, pipelines), tags, local=env == _LOCAL and _own_settings(root)
    )
    return RunTree(
        client,
        experiment,
        name=f"{own} {datetime.now():%Y-%m-%d %H:%M}",
        tags=tags | source_tags(note.repetition.command) | place,
        params=params,
        note=note,
    )


def _place(client: "MlflowClient", data: Path, pipelines: list[str]) -> dict[str, str]:
    """End runs that were killed, and give the tags by which a later run knows this one.

    Neither for a run that locks nothing, as Kedro's plain session: others may go on beside it.
    """
    if not holds(pipelines, data):
        return {}
    folder = folder_id(data)
    end_killed(client, folder, pipelines)
    return place_tags(folder, pipelines)


def _describe(client: "MlflowClient", experiment: str, pipelines: list[str]) -> None:
    """Describe an experiment that nobody has described."""
    if NOTE not in client.get_experiment(experiment).tags:
        note = experiment_note(pipelines)
        client.set_experiment_tag(experiment, NOTE, note)


def _own_settings(root: Path) -> bool:
    """Whether `conf/local` has settings beside credentials."""
    files = (root / "conf" / _LOCAL).rglob("*.yml")
    return any(file.stat().st_size for file in files if not file.name.startswith("credentials"))
