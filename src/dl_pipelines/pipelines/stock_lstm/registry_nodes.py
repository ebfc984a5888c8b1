"""The node of `stock_lstm` that speaks to the registry: it asks for the champion at every run.

So it is in a module of its own, which imports neither torch nor pandas.
"""

from typing import Any

from dl_pipelines.evaluation.champions import alias_of
from dl_pipelines.pipelines.stock_lstm.params import Registry

MODEL = "stock_lstm"
REGISTERED = "lstm"  # the variant that the registry is told of

_SETTING = f"{MODEL}.registry.promote"


def register(
    candidate: dict[str, Any], champion_record: dict[str, Any], registry: Registry
) -> dict[str, Any]:
    """Judge the forecaster against the champion of the registry; the tracking hook registers it."""
    return registration_of(candidate, champion_record, registry, REGISTERED)


def registration_of(
    candidate: dict[str, Any], record: dict[str, Any], registry: Registry, variant: str
) -> dict[str, Any]:
    """What becomes of a candidate, and why.

    Args:
        candidate: Of `candidate_of`.
        record: What the champion was judged by, of `tracking.champion.ChampionRecordDataset`.
        registry: The settings.
        variant: The variant that the candidate is of.

    Returns:
        The candidate, `model`, `variant`, `promote`, `alias` (null where nothing is tracked),
        `reason`, and both as a `sentence`.
    """
    champion = {key: value for key, value in record.items() if key != "tracked"}
    alias, reason = (
        alias_of(candidate, champion, promote=registry.promote, setting=_SETTING)
        if record["tracked"]
        else (None, "the run is not tracked")
    )
    judged = f"is judged {alias}" if alias else "is not registered"
    return {
        **candidate,
        "model": MODEL,
        "variant": variant,
        "promote": registry.promote,
        "alias": alias,
        "reason": reason,
        "sentence": f"{variant} {judged}: {reason}.",
    }
