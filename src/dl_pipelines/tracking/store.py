"""The tracking store: where it is, whether it answers, and a quiet client for it."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dl_pipelines.errors import DlPipelinesError, ServerAwayError, TrackingError
from dl_pipelines.tracking.new_store import create_database
from dl_pipelines.tracking.refusals import refusal

if TYPE_CHECKING:
    from mlflow import MlflowClient

SECONDS = "MLFLOW_HTTP_REQUEST_TIMEOUT"
ARTIFACTS = "mlartifacts"  # not mlruns: `mlflow ui` would take that folder for its store

# What MLflow reads from the environment; a value that the user has set is kept.
ENVIRONMENT = {
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    # It would name a server with its password; the run says itself where it is.
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # Files come through the server: its own store, to which it would send us, is behind it.
    "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "false",
    "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "false",
    # And attempts; MLflow's own (120 and 7) would hold a run up for minutes. See `transfers`.
    SECONDS: "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
}
_ANSWER_SECONDS = 3.0
_SQLITE = "sqlite:///"
_PORTS = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}


def tracking_uri(root: Path, setting: str | None) -> str:
    """Where runs are tracked.

    Args:
        root: The project's root.
        setting: The parameter `tracking.uri`.

    Returns:
        The environment variable MLFLOW_TRACKING_URI, else the parameter, else `mlflow.db` in the
        project's root, where a plain `mlflow ui` looks.

    Raises:
        TrackingError: If the address cannot be read.
    """
    default = f"{_SQLITE}{(root / 'mlflow.db').as_posix()}"
    uri = os.environ.get("MLFLOW_TRACKING_URI") or setting or default
    try:
        _ = urlsplit(uri).port
    except ValueError:  # which quotes the address, and with it a part of the password
        raise TrackingError(
            "the address of the tracking server cannot be read: write MLFLOW_TRACKING_URI, or "
            "tracking.uri, as https://host:port, with /, @ and : of a password as %2F, %40 and %3A."
        ) from None
    return uri


def open_store(uri: str) -> "MlflowClient":
    """Connect to a tracking store; a local database is created if it does not exist.

    Raises:
        TrackingError: If a server does not answer within three seconds, or a database cannot be
            created.
        mlflow.exceptions.MlflowException: If the store cannot be used for another reason.
    """
    check_answers(uri)
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    # heavy: imported when used
    from dl_pipelines.tracking.shared_client import SharedClient  # noqa: PLC0415

    quieten()
    if is_absent(uri) and "?" not in uri:
        create_database(Path(uri.removeprefix(_SQLITE)))
    return SharedClient(uri)


def quieten() -> None:
    """Let exceptions alone say what fails, as a full disk; `import mlflow` would undo it."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)


def is_absent(uri: str) -> bool:
    """Whether a local database is not there; MLflow would make one."""
    return uri.startswith(_SQLITE) and not Path(uri.removeprefix(_SQLITE)).is_file()


@contextmanager
def readable(uri: str, what: str) -> Iterator[None]:
    """Make one sentence of whatever keeps a store from being read.

    Args:
        uri: The tracking store.
        what: What is read, e.g. `the runs tracked`.

    Raises:
        TrackingError: In place of any failure of MLflow, of the database or of the network.
    """
    try:
        yield
    except DlPipelinesError:
        raise
    except Exception as error:
        if refused := refusal(error, address(uri)):
            raise refused from error
        reason = str(error).partition("\n")[0].rstrip(".")
        raise TrackingError(
            f"{what} in {address(uri)} cannot be read ({reason}): mend the tracking "
            "store, or correct MLFLOW_TRACKING_URI or tracking.uri."
        ) from error


def experiment_id(client: "MlflowClient", name: str, root: Path) -> str:
    """The id of an experiment, which is created if it does not exist.

    The artifacts of a local store lie in a folder of the project; a server has its own place.

    Raises:
        TrackingError: If the server does not let the user in.
        mlflow.exceptions.MlflowException: If the store cannot be used for another reason.
    """
    # heavy: imported when used
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    local = client.tracking_uri.startswith("sqlite:")
    location = (root / ARTIFACTS / name).as_uri() if local else None
    try:
        found = client.get_experiment_by_name(name)
        if found is None:
            return str(client.create_experiment(name, artifact_location=location))
    except MlflowException as error:
        if refused := refusal(error, address(client.tracking_uri)):
            raise refused from error
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        found = client.get_experiment_by_name(name)  # another run has made it at the same moment
    return str(found.experiment_id)  # type: ignore[union-attr]


def address(uri: str) -> str:
    """The address without user and password, fit for logs: `https://host:5000`, `sqlite`."""
    url = urlsplit(uri)
    if url.hostname is None:
        return url.scheme
    return f"{url.scheme}://{url.hostname}" + (f":{url.port}" if url.port else "")


def tracking_failure(error: Exception) -> TrackingError | None:
    """The store's failure in a sentence; None if `error` is not the store's but a bug."""
    # heavy: imported when used
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    if isinstance(error, TrackingError):
        return error
    if not isinstance(error, (MlflowException, OSError)):
        return None
    return refusal(error) or TrackingError(
        f"tracking failed ({str(error).partition(chr(10))[0].rstrip('.')}): mend the tracking "
        "store, or set tracking.required to false to run untracked."
    )


def check_answers(uri: str) -> None:
    """Fail within seconds where MLflow's own retries take minutes.

    Args:
        uri: The tracking store.

    Raises:
        ServerAwayError: If a server does not answer within three seconds.
    """
    # heavy: imported when used
    import requests  # noqa: PLC0415

    url = urlsplit(uri)
    if url.hostname is None:
        return
    try:
        if url.scheme in ("http", "https"):
            # Any reply will do: a proxy with a password may well refuse this page.
            requests.get(f"{uri.rstrip('/')}/health", timeout=_ANSWER_SECONDS)
        elif port := url.port or _PORTS.get(url.scheme.partition("+")[0]):
            socket.create_connection((url.hostname, port), timeout=_ANSWER_SECONDS).close()
    except (OSError, requests.RequestException) as error:
        # The address may hold a password, and so may the error's text: name neither.
        raise ServerAwayError(
            f"the tracking server {address(uri)} does not answer "
            f"({type(error).__name__}): start it, correct MLFLOW_TRACKING_URI or tracking.uri, "
            "or set tracking.required to false to run untracked."
        ) from None
