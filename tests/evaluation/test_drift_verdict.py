import pytest

from dl_pipelines.evaluation.drift_reasons import Limits, reasons
from dl_pipelines.evaluation.drift_verdict import (
    Subject,
    drift_comparison,
    drift_metrics,
    drift_verdict,
)
from tests.evaluation.drift_frames import RECORD, drift

LIMITS = Limits(moderate_psi=0.1, large_psi=0.25, level=0.05, error_ratio=1.25, least_skill=0.0)
SUBJECT = Subject("stock_lstm version 3", "250 days, a to b", "c to d")
SOUND = {
    **{name: float(value) for name, value in RECORD.items() if isinstance(value, float)},
    "coverage_low": 0.85,
    "coverage_high": 0.93,
    "error_ratio": 1.1,
    "error_ratio_low": 0.9,
    "dm_p_vs_close_naive": 0.01,
}
SOUND.pop("half_width")
CALM = drift().assign(drifted=False)
FAULTS = {
    "coverage": (
        {"coverage": 0.8, "coverage_high": 0.85},
        "held 80.0 % of the highs, at most 85.0 %",
    ),
    "error": ({"error_ratio": 1.4, "error_ratio_low": 1.2}, "1.40 times those of its validation"),
    "skill": ({"skill_vs_close_naive": -0.02}, "is −2.0 % (p = 0.010); the limit is 0.0 %"),
}


def test_a_sound_champion_stays():
    assert reasons(CALM, SOUND, RECORD, LIMITS) == []
    text = drift_verdict([], CALM, SOUND, RECORD, limits=LIMITS, subject=SUBJECT)
    assert text.startswith(
        "Retraining of stock_lstm version 3 is not due. It was judged on 250 days"
    )
    assert "PSI is 0.25 or more for range_22, volume_change too" in text
    assert "PSI is moderate, from 0.1, for return_1." in text


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_a_reason_of_its_own(fault):
    change, words = FAULTS[fault]
    (found,) = reasons(CALM, SOUND | change, RECORD, LIMITS)
    assert words in found


@pytest.mark.parametrize(
    "change",
    [
        {"coverage": 0.87, "coverage_high": 0.9},  # may be luck
        {"error_ratio": 1.4, "error_ratio_low": 0.99},  # a few days
        {"error_ratio": 1.2, "error_ratio_low": 1.1},  # sure and small
        {"skill_vs_close_naive": 0.001},
    ],
)
def test_what_may_be_luck_or_is_small_is_no_reason(change):
    assert reasons(CALM, SOUND | change, RECORD, LIMITS) == []


def test_all_reasons_appear_in_the_verdict():
    worst = SOUND.copy()
    for change, _ in FAULTS.values():
        worst |= change
    found = reasons(drift(), worst, RECORD, LIMITS)
    assert len(found) == 4
    text = drift_verdict(found, drift(), worst, RECORD, limits=LIMITS, subject=SUBJECT)
    assert "is due for 4 reasons: " in text
    assert all(reason in text for reason in found)
    assert (
        "volume_change has drifted (PSI 0.44, large from 0.25; KS distance 0.13, p = 0.003" in text
    )
    assert "loses to the close times a constant by 2.0 %" in text


def test_metrics_are_flat_numbers_and_say_whether_it_is_due():
    metrics = drift_metrics(["one"], drift(), SOUND, RECORD)
    assert all(isinstance(value, float) for value in metrics.values())
    assert (metrics["retraining_due"], metrics["reasons"], metrics["drifted_features"]) == (1, 1, 1)
    assert (metrics["range_22.psi"], metrics["largest_psi"]) == (2.5, 2.5)
    assert (metrics["rmse"], metrics["validation.rmse"]) == (20.0, 20.0)
    assert drift_metrics([], CALM, SOUND, RECORD)["retraining_due"] == 0.0


def test_the_table_has_both_sides_in_per_cent():
    table = drift_comparison(SOUND | {"coverage": 0.8}, RECORD).set_index("figure")
    validated = 100.0 * sum(score <= 0.8 for score in RECORD["scores"]) / 200.0
    inside = table.loc["days inside the interval (%)"].tolist()
    assert inside == pytest.approx([validated, 80.0])  # measured; 90 are meant
    assert validated != 90.0
    assert table.loc["RMSE (points)"].tolist() == [20.0, 20.0]
