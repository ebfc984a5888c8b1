"""Runs as the tracking hook leaves them, written at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, RunTag

from dl_pipelines.tracking.store import experiment_id


def track(
    client: MlflowClient,
    root: Path,
    pipeline: str,
    *,
    started: int,
    metrics: Mapping[str, float],
    tags: Mapping[str, str],
    files: Mapping[str, bytes] | None = None,
    status: str = "FINISHED",
    experiment: str | None = None,
) -> str:
    """Leave a run.

    Args:
        client: The store.
        root: The project's root, where artifacts lie.
        pipeline: Its pipeline.
        started: When, in seconds.
        metrics: Its metrics.
        tags: Its tags.
        files: Path within its figures → content.
        status: How it ended.
        experiment: Its experiment, if not called like the pipeline.

    Returns:
        Its id.
    """
    run = client.create_run(
        experiment_id(client, experiment or pipeline, root),
        start_time=1000 * started,
        run_name=f"{pipeline} 2026-01-01 00:00",
    )
    own: Any = run.info.run_id
    client.log_batch(
        own,
        metrics=[Metric(name, value, 1000 * started, 0) for name, value in metrics.items()],
        tags=[RunTag(name, text) for name, text in tags.items()],
    )
    for name, content in (files or {}).items():
        place = root / "drawn" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        client.log_artifact(own, str(place), "figures")
    client.set_terminated(own, status, end_time=1000 * started + 1)
    return str(own)
