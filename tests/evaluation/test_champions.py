"""Who is the champion, by cases and by properties."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.evaluation.champions import CHALLENGER, CHAMPION, alias_of

SETTING = "stock_lstm.registry.promote"
OWN = {"ts_code": "000300.SH", "digest": "days"}
RIVAL = {"version": "3", "identity": "old", "validation_rmse": 40.0} | OWN
NEW = {"identity": "new", "validation_rmse": 39.0} | OWN


def judged(promote: str = "better", champion: Any = RIVAL, **candidate: Any) -> tuple[str, str]:
    return alias_of(NEW | candidate, champion, promote=promote, setting=SETTING)


@pytest.mark.parametrize(
    ("given", "alias", "part"),
    [
        ({"champion": {}}, CHAMPION, "there is no champion yet"),
        ({"champion": {}, "promote": "never"}, CHAMPION, "there is no champion yet"),
        ({}, CHAMPION, "RMSE of 39.00 points on the validation days is below the 40.00 of"),
        (
            {"validation_rmse": 41.0},
            CHALLENGER,
            "41.00 points on the validation days does not beat",
        ),
        (
            {"validation_rmse": 40.0},
            CHALLENGER,
            "does not beat the 40.00 of the champion, version 3",
        ),
        ({"validation_rmse": 39.9999}, CHAMPION, "39.9999 points"),
        ({"digest": "other"}, CHALLENGER, f"set {SETTING} to always to promote it"),
        ({"champion": {"version": "3"}}, CHALLENGER, "cannot be compared"),  # registered by hand
        ({"ts_code": "600001.SH"}, CHALLENGER, "it is of 600001.SH, and the champion, version 3,"),
        ({"ts_code": "600001.SH", "promote": "always"}, CHAMPION, f"{SETTING} is always"),
        ({"promote": "always", "validation_rmse": 99.0}, CHAMPION, f"{SETTING} is always"),
        ({"promote": "always", "digest": "other"}, CHAMPION, f"{SETTING} is always"),
        ({"promote": "never", "validation_rmse": 1.0}, CHALLENGER, f"{SETTING} is never"),
        ({"identity": "old", "promote": "never"}, CHAMPION, "to the bit"),
        ({"identity": "old", "digest": "other"}, CHAMPION, "to the bit"),
        ({"identity": "old", "promote": "always"}, CHAMPION, f"{SETTING} is always"),
    ],
)
def test_a_candidate_is_judged_with_a_reason(given, alias, part):
    found, reason = judged(**given)
    assert found == alias
    assert part in reason


scores = st.floats(0.001, 1e6)
runs = st.lists(st.tuples(st.integers(0, 4), st.sampled_from("ab"), scores), max_size=12)


@given(runs)
def test_on_the_same_days_a_champion_is_never_followed_by_a_worse_one(runs):
    champion: dict[str, Any] = {}
    for version, (network, digest, score) in enumerate(runs):
        # The same networks have the same score on the same days.
        identity = f"{network} {digest} {score}"
        run = {"identity": identity, "digest": digest, "validation_rmse": score}
        alias, reason = alias_of(run, champion, promote="better", setting=SETTING)
        assert reason
        if not champion:
            assert alias == CHAMPION
        elif identity != champion["identity"]:
            better = digest == champion["digest"] and score < champion["validation_rmse"]
            assert (alias == CHAMPION) == better
        if alias == CHAMPION:
            champion = {**run, "version": str(version)}
    firsts = [score for _, digest, score in runs if digest == runs[0][1]]
    if runs:
        assert champion["digest"] == runs[0][1]
        assert champion["validation_rmse"] == min(firsts)
