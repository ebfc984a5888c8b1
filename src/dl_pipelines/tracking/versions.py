"""Versions of a registered model: finding, reading and making them.

A version's tags say what it was judged by: `identity` (of its weights and calibration), `ts_code`
(the symbol of its bars), `digest` (of what its score depends on), `validation_rmse` (index points),
`promote` (the setting of the run that made it), `reason` and `kedro.run` (that run's id).
"""

import math
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kedro.io import DatasetError

from dl_pipelines.errors import TrackingError, user_error
from dl_pipelines.evaluation.champions import CHAMPION
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.tracking.code_form import WEIGHTS
from dl_pipelines.tracking.model_notes import model_note, version_note
from dl_pipelines.tracking.transfers import transfer

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

SCORES = ("identity", "ts_code", "digest", "validation_rmse")


def champion_version(client: "MlflowClient", model: str) -> "ModelVersion | None":
    """The version with the alias `champion`; None if there is no such model, version or alias.

    It is looked for in a list: a server with passwords answers a question for an alias that is not
    there by refusing the user.
    """
    for found in client.search_registered_models(f"name = '{model}'"):
        if number := found.aliases.get(CHAMPION):
            return client.get_model_version(model, str(number))
    return None


def score_of(version: "ModelVersion") -> float | None:
    """The RMSE that a version was judged by; None if it was registered by hand and has none."""
    try:
        score = float(version.tags.get("validation_rmse", ""))
    except ValueError:
        return None
    return score if math.isfinite(score) else None


def known_version(client: "MlflowClient", registration: Mapping[str, Any]) -> "ModelVersion | None":
    """The newest version with the same weights and calibration; None if there is none.

    With `promote: always` its files are read: that is the remedy where those of the champion are
    gone.
    """
    identity = registration["identity"]
    wanted = f"name = '{registration['model']}' and tags.identity = '{identity}'"
    found = client.search_model_versions(wanted)
    for version in sorted(found, key=lambda version: int(version.version), reverse=True):
        if registration["promote"] != "always" or _holds(client, version, identity):
            return version
    return None


def weights_of(client: "MlflowClient", version: "ModelVersion") -> Weights:
    """The networks of a version, downloaded."""
    # heavy: imported when used
    from mlflow.artifacts import download_artifacts  # noqa: PLC0415
    from mlflow.models import Model  # noqa: PLC0415

    place = client.get_model_version_download_uri(version.name, version.version)
    with TemporaryDirectory() as folder, transfer(client.tracking_uri):
        # Beside these two files there is all of the code, a request a file.
        fetch = partial(download_artifacts, dst_path=folder, tracking_uri=client.tracking_uri)
        form = Model.load(fetch(artifact_uri=f"{place}/MLmodel"))
        path = form.flavors["python_function"]["artifacts"][WEIGHTS]["path"]
        return SafetensorsDataset(fetch(artifact_uri=f"{place}/{path}")).load()


def check_judged(file: Path, registration: Mapping[str, Any]) -> None:
    """Find a forecaster that is not the one that was judged, for some nodes did not run.

    Args:
        file: Where the catalog keeps it.
        registration: What the node `register` has written.

    Raises:
        TrackingError: If it is another one, or cannot be read.
    """
    try:
        identity = _identity(SafetensorsDataset(str(file)).load())
    except DatasetError as error:
        raise TrackingError(f"nothing can be registered: {user_error(error)}") from error
    if identity != registration["identity"]:
        raise TrackingError(
            f"nothing can be registered: {file} is not what was judged; run the node "
            f"describe_candidate of {registration['model']} before register."
        )


def logged_model(client: "MlflowClient", run_id: str) -> str | None:
    """The id of the model that a run has logged last; None if it has logged none."""
    outputs = client.get_run(run_id).outputs
    logged = outputs.model_outputs if outputs else []
    return str(logged[-1].model_id) if logged else None


def create_version(
    client: "MlflowClient", registration: Mapping[str, Any], run_id: str, parent_id: str
) -> "ModelVersion":
    """A new version of what a run has logged last.

    Raises:
        TrackingError: If it has logged nothing.
    """
    model_id = logged_model(client, run_id)
    if model_id is None:
        raise TrackingError(
            f"nothing can be registered: the run has logged no model of "
            f"'{registration['variant']}'; run the node register of {registration['model']} again."
        )
    _create_model(client, registration["model"])
    # By `models:/<id>` MLflow would look for it in the store of `mlflow.set_tracking_uri`.
    place = client.get_logged_model(model_id).artifact_location
    told = {name: registration[name] for name in (*SCORES, "promote")}
    tags = {name: str(value) for name, value in told.items() if value is not None}
    return client.create_model_version(
        registration["model"],
        place,
        run_id=run_id,
        tags=tags | {"kedro.run": parent_id},
        model_id=model_id,
        description=version_note(
            registration,
            _interface(client, place),
            experiment_id=client.get_run(run_id).info.experiment_id,
            parent_id=parent_id,
        ),
    )


def _create_model(client: "MlflowClient", model: str) -> None:
    # heavy: imported when used
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    try:
        client.create_registered_model(model, description=model_note(model))
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        if not client.get_registered_model(model).description:  # made before there was one
            client.update_registered_model(model, model_note(model))


def _interface(client: "MlflowClient", place: str) -> dict[str, str]:
    """What goes into a logged model and what comes out, as its metadata say, if they are there."""
    # heavy: imported when used
    from mlflow.artifacts import download_artifacts  # noqa: PLC0415
    from mlflow.exceptions import MlflowException  # noqa: PLC0415
    from mlflow.models import Model  # noqa: PLC0415

    told: dict[str, str] = {}
    with (
        TemporaryDirectory() as folder,
        transfer(client.tracking_uri),
        suppress(MlflowException, OSError),
    ):
        file = download_artifacts(
            artifact_uri=f"{place}/MLmodel", dst_path=folder, tracking_uri=client.tracking_uri
        )
        told |= Model.load(file).metadata or {}
    return {name: told[name] for name in ("input", "output") if name in told}


def _holds(client: "MlflowClient", version: "ModelVersion", identity: str) -> bool:
    try:
        return _identity(weights_of(client, version)) == identity
    except Exception:  # whatever is missing there
        return False


def _identity(weights: Weights) -> str:
    # heavy: imported when used
    from dl_pipelines.training.forecasting import identity_of  # noqa: PLC0415

    return identity_of(weights.state, weights.header)
