"""Whether runs have what their pipeline tells readers to look at first."""

import re
from pathlib import Path

from mlflow import MlflowClient

from dl_pipelines.tracking.descriptions import about

_NAME = re.compile(r"`([^`]+)`")
_ANY = re.compile(r"<\w+>|…")  # stands for whatever name


def pointed_at_nothing(root: Path, pipeline: str) -> set[str]:
    """The names in a pipeline's description that no run of it has.

    Args:
        root: The root of a project in which the pipeline has run.
        pipeline: The pipeline.

    Returns:
        What is no metric, tag, or file among the artifacts.
    """
    client = MlflowClient(f"sqlite:///{(root / 'mlflow.db').as_posix()}")
    experiment = client.get_experiment_by_name(pipeline).experiment_id
    runs = client.search_runs([experiment])
    known = {name for run in runs for name in {**run.data.metrics, **run.data.tags}}
    known |= {name for run in runs for name in _files(client, run.info.run_id)}
    names = _NAME.findall(about(pipeline).partition("\n\n")[2])
    assert names, f"{pipeline} points at nothing"
    return {name for name in names if not any(map(_pattern(name).fullmatch, known))}


def _files(client: MlflowClient, run_id: str, folder: str | None = None) -> list[str]:
    """The names of files, those of tables without their ending."""
    found = []
    for file in client.list_artifacts(run_id, folder):
        name = file.path.rpartition("/")[2]
        found += _files(client, run_id, file.path) if file.is_dir else [name]
    return found + [name.removesuffix(".json") for name in found]


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, _ANY.split(name))))
