from matplotlib.figure import Figure

from dl_pipelines.evaluation.drift_page import drift_page
from dl_pipelines.evaluation.drift_verdict import drift_comparison
from tests.evaluation.drift_frames import RECORD, drift
from tests.evaluation.test_comparison_page import HOSTILE, Reader


def test_the_page_holds_everything_and_needs_no_other():
    drawn = {"errors.png": Figure(figsize=(1, 1)), "feature_drift.png": Figure(figsize=(1, 1))}
    table = drift_comparison(RECORD, RECORD)
    page = Reader(drift_page(HOSTILE, HOSTILE, comparison=table, drift=drift(), figures=drawn))
    assert page.texts.count(HOSTILE) == 3  # title, heading, verdict
    assert {"range_22", "2.5", "yes", "no", "RMSE (points)"} <= set(page.texts)
    pictures = page.all("img")
    assert [picture["alt"] for picture in pictures] == ["errors", "feature drift"]
    assert all(picture["src"].startswith("data:image/png;base64,") for picture in pictures)
    assert not page.all("script") and not page.all("link")
