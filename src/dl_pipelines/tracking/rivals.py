"""Versions of a model that two runs register at the same moment: the better one is champion.

MLflow's registry cannot compare an alias and set it in one go. So a run that has moved the alias
looks at the versions that were registered at the same time, and looks again when it has moved the
alias on: whichever run moves it last sees the versions of all others. Older versions play no part,
for whoever has set the alias back by hand had a reason.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dl_pipelines.tracking.versions import score_of

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

_AT_ONCE = 60_000  # ms by the server's clock, between the versions of two runs


def better_since(
    client: "MlflowClient",
    registration: Mapping[str, Any],
    version: "ModelVersion",
    champion: Mapping[str, Any],
) -> "ModelVersion | None":
    """The best version of another run that is better than one that has just become champion.

    Args:
        client: The store.
        registration: What that one was judged by.
        version: That one.
        champion: The record of the champion that it was judged against; empty if there was none.

    Returns:
        A version registered at the same time as this one and that champion, or later, that is to be
        promoted if it is better, and has a smaller error on the same days of the same symbol; None
        if there is none.
    """
    if registration["promote"] != "better":
        return None
    versions = client.search_model_versions(f"name = '{registration['model']}'")
    numbers = {str(version.version), champion.get("version")}
    since = max(each.creation_timestamp for each in versions if str(each.version) in numbers)
    rivals = {
        score: each
        for each in versions
        if (score := score_of(each)) is not None
        and each.creation_timestamp >= since - _AT_ONCE
        and each.tags.get("promote") == "better"
        and each.tags.get("digest") == registration["digest"]
        and each.tags.get("ts_code") == registration.get("ts_code")
    }
    best = min(rivals, default=registration["validation_rmse"])
    return rivals[best] if best < registration["validation_rmse"] else None
