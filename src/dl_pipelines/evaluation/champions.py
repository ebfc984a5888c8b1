"""Which of two models is the champion: a registry's judgement, without a registry."""

from collections.abc import Mapping
from typing import Any, Literal

CHAMPION = "champion"
CHALLENGER = "challenger"

Promote = Literal["better", "always", "never"]


def alias_of(
    candidate: Mapping[str, Any], champion: Mapping[str, Any], *, promote: Promote, setting: str
) -> tuple[str, str]:
    """Judge a candidate against the present champion.

    Two validation scores are compared only where they are of the same days: newer bars after the
    test's start change nothing in them, other bars, splits or corrections do.

    Args:
        candidate: `identity` (of its weights and calibration), `ts_code` (the symbol), `digest` (of
            what its score depends on) and `validation_rmse` (index points).
        champion: The same and `version`; empty if there is none. A champion that was registered by
            hand may lack the others.
        promote: `better` makes a candidate the champion that has the smaller error, `always` and
            `never` do not ask.
        setting: The name of that setting, for the reason.

    Returns:
        `champion` or `challenger`, and the reason, the rest of a sentence.
    """
    if not champion:
        return CHAMPION, "there is no champion yet"
    rival = f"the champion, version {champion['version']}"
    if promote == "always":  # even for the same weights: the champion's files may be gone
        return CHAMPION, f"{setting} is always, whatever {rival}, scores"
    if candidate["identity"] == champion.get("identity"):
        return CHAMPION, f"its weights and its calibration are those of {rival}, to the bit"
    if promote == "never":
        return CHALLENGER, f"{setting} is never, whatever {rival}, scores"
    if why := _not_comparable(candidate, champion, rival):
        return CHALLENGER, f"{why}, and set {setting} to always to promote it"
    own, other = candidate["validation_rmse"], champion["validation_rmse"]
    verb = "is below" if own < other else "does not beat"
    alias = CHAMPION if own < other else CHALLENGER
    return alias, (
        f"its RMSE of {_points(own, other)} points on the validation days {verb} the "
        f"{_points(other, own)} of {rival}"
    )


def _not_comparable(candidate: Mapping[str, Any], champion: Mapping[str, Any], rival: str) -> str:
    """Why two scores cannot be compared, and what to do about it; empty if they can."""
    symbols = [each.get("ts_code") for each in (candidate, champion)]
    if None not in symbols and symbols[0] != symbols[1]:
        return (
            f"it is of {symbols[0]}, and {rival}, is of {symbols[1]}, so their scores cannot be "
            "compared: decide which symbol the champion is to forecast"
        )
    if candidate["digest"] != champion.get("digest"):
        return (
            f"its validation days are not those of {rival}, so their scores cannot be compared: "
            "compare the two by hand"
        )
    return ""


def _points(value: float, other: float) -> str:
    """Two decimals, or as many as it takes to tell the two apart."""
    same = f"{value:.2f}" == f"{other:.2f}" and value != other
    return f"{value:.10g}" if same else f"{value:.2f}"
