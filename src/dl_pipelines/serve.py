"""Serving a champion over HTTP: what `make serve` calls.

    python -m dl_pipelines.serve --port 5001

It is MLflow's own scoring server on `models:/stock_lstm@champion` of the project's store.
"""

import argparse
import errno
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

from kedro.utils import find_kedro_project

from dl_pipelines.configuration import ProjectConfigLoader
from dl_pipelines.errors import DlPipelinesError, SettingError
from dl_pipelines.params import Tracking
from dl_pipelines.settings import CONFIG_LOADER_ARGS
from dl_pipelines.tracking.champion import checked_champion
from dl_pipelines.tracking.store import tracking_uri

_LAST_PORT = 65_535


def serve(root: Path, *, model: str, host: str, port: int) -> NoReturn:
    """Become the scoring server of a champion.

    Args:
        root: The project's root.
        model: The registered model.
        host: The address to listen on.
        port: The port to listen on.

    Raises:
        DataError: If there is no champion.
        TrackingError: If the store cannot be read.
        SettingError: If nobody can listen there, or the parameters under `tracking` are wrong.
    """
    _check_address(host, port)
    uri = tracking_uri(root, _tracking(root).uri)
    checked_champion(uri, model)
    os.environ["MLFLOW_TRACKING_URI"] = uri
    # MLflow starts `uvicorn` by its name, and the environment need not be activated.
    programs = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    command = [sys.executable, "-m", "mlflow", "models", "serve", "--env-manager", "local"]
    command += ["-m", f"models:/{model}@champion", "--host", host, "--port", str(port)]
    os.execv(sys.executable, command)  # noqa: S606 - signals reach the server itself


def main() -> None:
    """Read the command line; a user's mistake ends with one sentence."""
    parser = argparse.ArgumentParser(description="Serve a champion of the registry over HTTP.")
    parser.add_argument("--model", default="stock_lstm", help="the registered model")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", default=5001, type=int, help="the port to listen on")
    given = parser.parse_args()
    try:
        serve(_project(), model=given.model, host=given.host, port=given.port)
    except DlPipelinesError as error:
        sys.exit(f"Error: {error}")


def _project() -> Path:
    """The project that the command was typed in, at whatever depth."""
    here = Path.cwd()
    root = find_kedro_project(here)
    if root is None:
        raise SettingError(
            f"there is no project in {here} or above it: start the server in the project's folder."
        )
    return Path(root)


def _check_address(host: str, port: int) -> None:
    """Listen for a moment: MLflow would find out after the model is loaded, with a traceback."""
    if not 1 <= port <= _LAST_PORT:
        raise SettingError(f"there is no port {port}: set --port to one from 1 to {_LAST_PORT}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]  # without the address again
        remedy = "set --host to an address of this machine and --port to one from 1024 on"
        if error.errno == errno.EADDRINUSE:
            reason, remedy = "it is in use", "end what uses it, or set --port to a free one"
        raise SettingError(
            f"the server cannot listen on port {port} of {host} ({reason}): {remedy}."
        ) from error


def _tracking(root: Path) -> Tracking:
    """The settings that `kedro run` reads, too."""
    environment = CONFIG_LOADER_ARGS["default_run_env"]
    loader = ProjectConfigLoader(str(root / "conf"), environment, **CONFIG_LOADER_ARGS)
    return Tracking.model_validate(loader["parameters"].get("tracking") or {})


if __name__ == "__main__":
    main()
