"""What a run was made from: parameters, code, packages and environment."""

import getpass
import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from pydantic import BaseModel

_PACKAGES = ("dl_pipelines", "kedro", "mlflow", "numpy", "pandas", "scikit-learn", "torch")
_GIT_SECONDS = 10


def flatten(value: Any, name: str) -> dict[str, str]:
    """Parameters by dotted names: `{"optimizer": {"lr": 0.1}}` → `{"name.optimizer.lr": "0.1"}`.

    Args:
        value: A settings model, a mapping or a plain value.
        name: The name of `value`.
    """
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    if isinstance(value, Mapping):
        parts = (flatten(part, f"{name}.{key}") for key, part in value.items())
        return {key: text for part in parts for key, text in part.items()}
    return {name: value if isinstance(value, str) else json.dumps(value, default=str)}


def used_parameters(pipeline: Pipeline, catalog: DataCatalog, namespace: str) -> dict[str, str]:
    """The parameters that a pipeline uses, flat.

    Args:
        pipeline: The pipeline.
        catalog: Its catalog.
        namespace: What names of its own begin with, e.g. `stock_lstm.`; it is left out.
    """
    flat: dict[str, str] = {}
    for name in sorted(pipeline.inputs()):
        if name.startswith("params:"):
            short = name.removeprefix("params:").removeprefix(namespace)
            flat |= flatten(catalog.load(name), short)
    return flat


def provenance_tags(root: Path, env: str, params: Mapping[str, str]) -> dict[str, str]:
    """The tags of a run: git commit, Kedro environment, versions, hash of the parameters.

    Args:
        root: The project's root.
        env: The Kedro environment.
        params: All parameters of the run, flat.
    """
    content = json.dumps(dict(sorted(params.items())))
    return {
        "kedro.env": env,
        "parameters.sha256": hashlib.sha256(content.encode()).hexdigest(),
        "version.python": platform.python_version(),
        **{f"version.{package}": version(package) for package in _PACKAGES},
        **_git_tags(root),
    }


def source_tags(command: str) -> dict[str, str]:
    """What MLflow shows as `Source` and `Created by`.

    Args:
        command: The command that repeats the run.
    """
    tags = {"mlflow.source.name": command, "mlflow.source.type": "LOCAL"}
    with suppress(OSError, KeyError, ImportError):  # a container's user may have no name
        tags["mlflow.user"] = getpass.getuser()
    return tags


def _git_tags(root: Path) -> dict[str, str]:
    """Commit and whether the working tree differs from it; nothing outside a repository."""
    try:
        commit = _git(root, ["rev-parse", "HEAD"])
        dirty = str(bool(_git(root, ["status", "--porcelain"]))).lower()
    except (OSError, subprocess.SubprocessError):
        return {}
    # MLflow shows the commit by its own tag; tags of that kind are hidden in its list of tags.
    return {"git.commit": commit, "git.dirty": dirty, "mlflow.source.git.commit": commit}


def _git(root: Path, arguments: Iterable[str]) -> str:
    done = subprocess.run(  # noqa: S603 - the arguments are the two above
        ["git", *arguments],  # noqa: S607 - where git lies differs from machine to machine
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
        timeout=_GIT_SECONDS,
    )
    return done.stdout.strip()
