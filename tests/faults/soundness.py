"""Whether everything that a project holds can be read, and what its store says of its runs."""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Run
from PIL import Image
from safetensors.numpy import load_file

from tests.faults.conftest import files_in
from tests.real_project import RealProject, register_project


def _check_picture(file: Path) -> None:
    with Image.open(file) as picture:
        picture.load()


def _check_checkpoint(file: Path) -> None:
    assert file.stem.endswith(hashlib.sha256(file.read_bytes()).hexdigest())


_CHECKS: dict[str, Callable[[Path], object]] = {
    ".csv": pd.read_csv,
    ".json": lambda file: json.loads(file.read_bytes()),
    ".md": lambda file: file.read_text(encoding="utf-8"),
    ".parquet": pd.read_parquet,
    ".png": _check_picture,
    ".pt": _check_checkpoint,
    ".safetensors": load_file,
    ".txt": lambda file: file.read_text(encoding="utf-8"),
}
_EMPTY = {".lock", ".begun"}


def unfinished(project: RealProject) -> list[Path]:
    """The half-written files of writers that were killed."""
    return [file for file in files_in(project.root / "data") if file.suffix == ".unfinished"]


def visible(project: RealProject) -> set[str]:
    """The files of the project's data but those that runs keep for themselves."""
    data = project.root / "data"
    names = (file.relative_to(data).as_posix() for file in files_in(data))
    return {name for name in names if not any(part[0] == "." for part in name.split("/"))}


def check_files(project: RealProject) -> int:
    """Read all files of the project's data, each as what it is; how many there are."""
    files = set(files_in(project.root / "data")) - set(unfinished(project))
    for file in files:
        if file.suffix in _EMPTY:
            assert not file.stat().st_size
        elif file.name != "id":
            _CHECKS[file.suffix](file)
    return len(files)


def check_datasets(project: RealProject) -> int:
    """Load all datasets that are there, by the catalog; how many there are."""
    from kedro.framework.project import pipelines

    from dl_pipelines.io.figures import FiguresDataset
    from dl_pipelines.session import ProjectSession

    register_project()
    pipelines.set_requested(["stock_lstm"])  # the project has no settings of others
    loaded = 0
    with ProjectSession.create(project.root) as session:
        catalog = session.load_context().catalog
        for name in sorted(pipelines["stock_lstm"].all_outputs()):
            drawn = isinstance(catalog.get(name), FiguresDataset)  # which are never read
            if not drawn and catalog.exists(name):
                catalog.load(name)
                loaded += 1
    return loaded


def check_store(project: RealProject) -> None:
    """Let the database itself say that it is whole."""
    database = sqlite3.connect(project.root / "mlflow.db")
    try:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        database.close()


def runs(uri: str) -> list[Run]:
    """All runs of the pipeline, newest first."""
    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name("stock_lstm")
    return list(client.search_runs([experiment.experiment_id])) if experiment else []


def own_uri(project: RealProject) -> str:
    """The store in the project's root."""
    return f"sqlite:///{(project.root / 'mlflow.db').as_posix()}"


def states(uri: str) -> tuple[Counter[str], Counter[str]]:
    """How many runs of whole pipelines, and how many below them, are in which state."""
    whole, below = Counter[str](), Counter[str]()
    for run in runs(uri):
        (below if "mlflow.parentRunId" in run.data.tags else whole)[run.info.status] += 1
    return whole, below
