"""MLflow's model registry: whom the alias `champion` names, and how it moves.

A version's tags say what it was judged by: `identity` (of its weights and calibration), `ts_code`
(the symbol of its bars), `digest` (of what its score depends on), `validation_rmse` (index points),
`reason` and `kedro.run` (the run's id).
"""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from dl_pipelines.evaluation.champions import CHALLENGER, CHAMPION, alias_of

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

    from dl_pipelines.tracking.artifacts import Entry
    from dl_pipelines.tracking.models import ModelQueue
    from dl_pipelines.tracking.runs import RunTree

logger = logging.getLogger(__name__)

SETTING = "registry.promote"

_SCORES = ("identity", "ts_code", "digest", "validation_rmse")


def champion_version(client: "MlflowClient", model: str) -> "ModelVersion | None":
    """The version with the alias `champion`; None if there is no such model, version or alias."""
    # heavy: imported when used
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    try:
        return client.get_model_version_by_alias(model, CHAMPION)
    except MlflowException as error:
        # MLflow calls an alias that is not there an invalid parameter.
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise


def champion_record(client: "MlflowClient", model: str) -> dict[str, Any]:
    """What the champion was judged by, as `evaluation.champions.alias_of` takes it."""
    version = champion_version(client, model)
    if version is None:
        return {}
    record: dict[str, Any] = {"version": str(version.version)}
    record |= {name: version.tags[name] for name in _SCORES if name in version.tags}
    if "validation_rmse" in record:
        record["validation_rmse"] = float(record["validation_rmse"])
    return record


def log_registration(tree: "RunTree", entry: "Entry", queue: "ModelQueue") -> None:
    """A mapping as the node `register` of a pipeline makes it: register when models are logged."""

    def act() -> None:
        variant = (*entry.path, entry.data["variant"])
        run_id = partial(tree.run_id, variant)  # which makes that run where there is none
        tags = register(tree.client, entry.data, run_id=run_id, parent_id=tree.run_id())
        tree.log_tags((), tags)

    queue.afterwards(act)


def register(
    client: "MlflowClient",
    registration: Mapping[str, Any],
    *,
    run_id: Callable[[], str],
    parent_id: str,
) -> dict[str, str]:
    """Register the model that a run has logged, and give it its alias.

    The judgement is made again, for another run may have moved the alias since. A version with the
    same weights and calibration is used again, unless `promote` is `always`: that is the remedy
    where the files of the champion are gone, so it needs what this run has logged.

    Args:
        client: The store.
        registration: What the node `register` has written.
        run_id: Gives the run that has logged the model; asked for a new version only.
        parent_id: The run of the whole `kedro run`.

    Returns:
        Tags for that run: `registered.model`, `.version`, `.alias` and `.reason`; empty if there is
        nothing to register.
    """
    model = registration["model"]
    known = None if registration["promote"] == "always" else _version_of(client, registration)
    version = known or _created(client, registration, run_id(), parent_id)
    if version is None:
        logger.warning(
            "Nothing is registered: this run has logged no model of '%s'; run its node "
            "pack_forecaster too.",
            registration["variant"],
        )
        return {}
    champion = champion_record(client, model)
    setting = f"{model}.{SETTING}"
    alias, reason = alias_of(
        registration, champion, promote=registration["promote"], setting=setting
    )
    if champion.get("version") != str(version.version):
        client.set_registered_model_alias(model, alias, version.version)
        if alias == CHAMPION:
            _drop_challenger(client, model, version.version)
        client.set_model_version_tag(model, version.version, "reason", reason)
    logger.info("Registry: %s version %s is %s, for %s", model, version.version, alias, reason)
    told = {"model": model, "version": str(version.version), "alias": alias, "reason": reason}
    return {f"registered.{name}": text for name, text in told.items()}


def _version_of(client: "MlflowClient", registration: Mapping[str, Any]) -> "ModelVersion | None":
    """The newest version with the same weights and calibration."""
    wanted = f"name = '{registration['model']}' and tags.identity = '{registration['identity']}'"
    found = client.search_model_versions(wanted)
    return max(found, key=lambda version: int(version.version), default=None)


def _created(
    client: "MlflowClient", registration: Mapping[str, Any], run_id: str, parent_id: str
) -> "ModelVersion | None":
    """A new version of what a run has logged last."""
    outputs = client.get_run(run_id).outputs
    logged = outputs.model_outputs if outputs else []
    if not logged:
        return None
    _create_model(client, registration["model"])
    model = client.get_logged_model(logged[-1].model_id)
    told = {name: registration[name] for name in (*_SCORES, "promote")}
    tags = {name: str(value) for name, value in told.items() if value is not None}
    return client.create_model_version(
        registration["model"],
        # By `models:/<id>` MLflow would look for it in the store of `mlflow.set_tracking_uri`.
        model.artifact_location,
        run_id=run_id,
        tags=tags | {"kedro.run": parent_id},
        model_id=model.model_id,
    )


def _create_model(client: "MlflowClient", model: str) -> None:
    # heavy: imported when used
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    try:
        client.create_registered_model(model)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _drop_challenger(client: "MlflowClient", model: str, version: str) -> None:
    """A champion is no longer the challenger."""
    aliases = client.get_registered_model(model).aliases
    if str(aliases.get(CHALLENGER)) == str(version):
        client.delete_registered_model_alias(model, CHALLENGER)
