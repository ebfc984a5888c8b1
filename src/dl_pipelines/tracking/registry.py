"""MLflow's model registry: whom the alias `champion` names, and how it moves."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from dl_pipelines.evaluation.champions import CHALLENGER, CHAMPION, alias_of
from dl_pipelines.tracking.forms import served_network
from dl_pipelines.tracking.model_notes import judged_note
from dl_pipelines.tracking.refusals import refused_status
from dl_pipelines.tracking.rivals import better_since
from dl_pipelines.tracking.versions import (
    SCORES,
    champion_version,
    check_judged,
    create_version,
    known_version,
    logged_model,
    score_of,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

    from dl_pipelines.tracking.artifacts import Entry
    from dl_pipelines.tracking.models import ModelQueue
    from dl_pipelines.tracking.runs import RunTree

logger = logging.getLogger(__name__)

SETTING = "registry.promote"
_JUDGED_BY = ("digest", "validation_rmse")
# The reason of a version from when it gets the alias until all is done that belongs to that.
_BEGUN = "its judgement is not finished: it is against the champion, version "


def champion_record(client: "MlflowClient", model: str) -> dict[str, Any]:
    """What the champion was judged by, as `evaluation.champions.alias_of` takes it."""
    return _record(champion_version(client, model))


def _record(version: "ModelVersion | None") -> dict[str, Any]:
    if version is None:
        return {}
    record: dict[str, Any] = {"version": str(version.version)}
    record |= {name: version.tags[name] for name in SCORES if name in version.tags}
    score = score_of(version)
    if score is None:  # then the days of one cannot be compared, whatever was tagged by hand
        return {name: text for name, text in record.items() if name not in _JUDGED_BY}
    return record | {"validation_rmse": score}


def log_registration(tree: "RunTree", entry: "Entry", queue: "ModelQueue") -> None:
    """A mapping as the node `register` of a pipeline makes it: register when models are logged.

    What a new version needs may have been logged by an earlier run only, for the node that makes it
    was reused: then it is logged again, from its file.
    """
    registration = entry.data
    # A function, for it makes that run where there is none.
    run_id = partial(tree.run_id, (*entry.path, registration["variant"]))

    def prepare() -> None:
        if known_version(tree.client, registration) is None:
            check_judged(entry.file, registration)
            if logged_model(tree.client, run_id()) is None:
                place = {"uri": tree.client.tracking_uri, "experiment_id": tree.experiment_id}
                queue.submit(served_network, entry.file, run_id=run_id(), **place)
        queue.afterwards(finish)

    def finish() -> None:
        parent_id = tree.run_id()
        tags = register(tree.client, registration, run_id=run_id, parent_id=parent_id)
        tree.log_tags((), tags)
        tree.note.registered = tags

    queue.afterwards(prepare)


def register(
    client: "MlflowClient",
    registration: Mapping[str, Any],
    *,
    run_id: Callable[[], str],
    parent_id: str,
) -> dict[str, str]:
    """Register the model that a run has logged, and give it its alias.

    The judgement is made again, for another run may have moved the alias since; and once more when
    the alias has moved, for a registry cannot compare and set in one go. A version with the same
    weights and calibration is used again. What broke off at any point is finished by another call.

    Args:
        client: The store.
        registration: What the node `register` has written.
        run_id: Gives the run that has logged the model; asked for a new version only.
        parent_id: The run of the whole `kedro run`.

    Returns:
        Tags for that run: `registered.model`, `.version`, `.alias` and `.reason`.

    Raises:
        TrackingError: If a new version is needed and that run has logged no model.
    """
    model = registration["model"]
    version = known_version(client, registration) or create_version(
        client, registration, run_id(), parent_id
    )
    champion = _judged_against(client, version, champion_record(client, model))
    setting = f"{model}.{SETTING}"
    alias, reason = alias_of(
        registration, champion, promote=registration["promote"], setting=setting
    )
    if champion.get("version") != str(version.version):
        alias, reason = _move_alias(client, registration, version, (alias, reason), champion)
        client.set_model_version_tag(model, version.version, "reason", reason)
        note = judged_note(version.description or "", alias, reason)
        client.update_model_version(model, version.version, note)
    level = logging.INFO if alias == registration.get("alias") else logging.WARNING
    fact = "Registry: %s version %s is %s, for %s"
    logger.log(level, fact, model, version.version, alias, reason)
    told = {"model": model, "version": str(version.version), "alias": alias, "reason": reason}
    return {f"registered.{name}": text for name, text in told.items()}


def _judged_against(
    client: "MlflowClient", version: "ModelVersion", champion: dict[str, Any]
) -> dict[str, Any]:
    """The champion; the one before where that is the version itself, whose judgement broke off."""
    begun = version.tags.get("reason", "")
    if champion.get("version") != str(version.version) or not begun.startswith(_BEGUN):
        return champion
    before = begun.removeprefix(_BEGUN)
    versions = client.search_model_versions(f"name = '{version.name}'")
    return _record(next((each for each in versions if str(each.version) == before), None))


def _move_alias(
    client: "MlflowClient",
    registration: Mapping[str, Any],
    version: "ModelVersion",
    judgement: tuple[str, str],
    champion: Mapping[str, Any],
) -> tuple[str, str]:
    """Give a version its alias.

    If this breaks off, the reason tells the next attempt what it was judged against.

    Returns:
        The alias and the reason, of which the alias is another one if a run at the same moment has
        registered a better version: that is the champion then, whoever comes last.
    """
    model = registration["model"]
    if judgement[0] == CHAMPION:
        begun = f"{_BEGUN}{champion.get('version', 'none')}"
        client.set_model_version_tag(model, version.version, "reason", begun)
    client.set_registered_model_alias(model, judgement[0], version.version)
    if judgement[0] != CHAMPION:
        return judgement
    holder = version
    while (
        better := better_since(client, registration, version, champion)
    ) and better.version != holder.version:
        holder = better
        client.set_registered_model_alias(model, CHAMPION, holder.version)
    if holder is version:
        _drop_challenger(client, model, version.version)
        return judgement
    client.set_registered_model_alias(model, CHALLENGER, version.version)
    reason = f"version {holder.version}, which another run has registered meanwhile, is better"
    return CHALLENGER, reason


def _drop_challenger(client: "MlflowClient", model: str, version: str) -> None:
    """A champion is no longer the challenger."""
    # heavy: imported when used
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    aliases = client.get_registered_model(model).aliases
    if str(aliases.get(CHALLENGER)) != str(version):
        return
    try:
        client.delete_registered_model_alias(model, CHALLENGER)
    except MlflowException as error:  # on a server, deleting may be left to who made the model
        if refused_status(error) is None:
            raise
        fact = "Registry: %s version %s keeps the alias challenger, which this user may not delete"
        logger.warning(fact, model, version)
