"""Where MLflow shows what was tracked, and how a reader gets there."""

import logging
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from dl_pipelines.tracking.store import address

logger = logging.getLogger(__name__)

_UI = "http://127.0.0.1:5000"  # where `mlflow ui` shows a local store


def run_place(experiment_id: str, run_id: str) -> str:
    """The place of a run's page, relative to the server: a link on any other page of MLflow."""
    return f"#/experiments/{experiment_id}/runs/{run_id}"


def version_place(model: str, version: str) -> str:
    """The place of the page of a registered model's version, relative to the server."""
    return f"#/models/{model}/versions/{version}"


def run_page(uri: str, experiment_id: str, run_id: str) -> str:
    """The address of a run's page in MLflow, without user and password.

    Args:
        uri: The tracking store; the pages of one that is no server are those of `mlflow ui`.
        experiment_id: The experiment.
        run_id: The run.
    """
    parts = urlsplit(uri)
    remote = parts.scheme in ("http", "https")
    server = address(uri) + parts.path.rstrip("/") if remote else _UI
    return f"{server}/{run_place(experiment_id, run_id)}"


def starting_ui(uri: str) -> str:
    """The command that shows a store in a browser, without user and password; empty for a server.

    Args:
        uri: The tracking store.
    """
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https"):
        return ""
    if parts.hostname:
        return f"mlflow ui --backend-store-uri {address(uri)}{parts.path}"
    # What `mlflow ui` takes by itself is the file of this name in the folder it is started in.
    own = Path(parts.path.removeprefix("/")) == Path.cwd() / "mlflow.db"
    return "mlflow ui" if own else f"mlflow ui --backend-store-uri {uri}"


def announce(status: str, uri: str, page: str) -> None:
    """Say how a run has ended and where it is shown; the last line is the address alone.

    Args:
        status: `FINISHED`, `FAILED` or `KILLED`.
        uri: The tracking store.
        page: The address of its page.
    """
    command = starting_ui(uri)
    how = f"; `{command}` shows it at" if command else " at"
    logger.info("Tracked as %s%s", status.lower(), how)
    # A log wraps its lines, and half an address opens nothing.
    Console(soft_wrap=True, highlight=False, markup=False).print(page)
