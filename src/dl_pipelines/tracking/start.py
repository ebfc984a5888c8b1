"""How the runs of one `kedro run` begin."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from dl_pipelines.params import Tracking
from dl_pipelines.tracking.provenance import provenance_tags
from dl_pipelines.tracking.runs import RunTree
from dl_pipelines.tracking.store import experiment_id, open_store, tracking_uri


def start_runs(
    experiment: str, params: Mapping[str, str], settings: Tracking, root: Path, env: str
) -> RunTree:
    """Start the parent run.

    Args:
        experiment: What the experiment is called if the settings do not say.
        params: All parameters of the run, flat.
        settings: The settings of tracking.
        root: The project's root.
        env: The Kedro environment.

    Raises:
        TrackingError: If the store cannot be used.
        mlflow.exceptions.MlflowException: Likewise.
    """
    client = open_store(tracking_uri(root, settings.uri))
    return RunTree(
        client,
        experiment_id(client, settings.experiment or experiment, root),
        name=f"{experiment} {datetime.now():%Y-%m-%d %H:%M}",
        tags=provenance_tags(root, env, params),
        params=params,
    )
