"""A page that says whether retraining is due, in one file that needs no other."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation.web_page import (
    TABLES,
    add,
    add_picture,
    add_table,
    as_html,
    as_png,
    new_page,
)

_NOTES = (
    "Mean range: the mean log range of 22 days times the close, known when the forecast is made; "
    "errors in this unit can be compared between years.",
    "The interval is conformal and keeps the width, in mean ranges, that the validation errors "
    "gave it (Lei et al. 2018). Bounds of its coverage are percentiles of a stationary bootstrap "
    "of both the validation and the new days.",
    "PSI: population stability index over bins of equal training shares (Siddiqi 2006: below 0.1 "
    "no change, from 0.25 a significant one). KS: the largest distance of the two distributions.",
    "p_iid is the usual p-value of KS, were days independent. They are not: p_value asks how often "
    "blocks of training days differ as much from other blocks of training days (stationary "
    "bootstrap: Politis and Romano 1994), and p_holm adjusts it for the number of features (Holm "
    "1979). A feature has drifted where PSI is large and p_holm small.",
)


def drift_page(
    title: str,
    verdict: str,
    *,
    comparison: pd.DataFrame,
    drift: pd.DataFrame,
    figures: Mapping[str, Figure],
) -> str:
    """Build the page.

    Args:
        title: Its title.
        verdict: Of `drift_verdict.drift_verdict`.
        comparison: Of `drift_verdict.drift_comparison`.
        drift: Of `drift.feature_drift`.
        figures: File name → figure.

    Returns:
        HTML. All texts are escaped; nothing is loaded from anywhere.
    """
    page, body = new_page(title, TABLES)
    add(body, "p", verdict)
    add(body, "h2", "Forecasts")
    add_table(body, comparison)
    add(body, "h2", "Features")
    add_table(body, _shown(drift))
    for name, figure in figures.items():
        add_picture(body, as_png(figure), name.removesuffix(".png").replace("_", " "))
    add(body, "h2", "How to read this")
    for note in _NOTES:
        add(body, "p", note, {"class": "small"})
    return as_html(page)


def _shown(drift: pd.DataFrame) -> pd.DataFrame:
    """The table without what is the same in each row: the verdict says whom and which days."""
    answers = drift["drifted"].map({True: "yes", False: "no"})
    return drift.assign(drifted=answers).drop(columns=["champion", "judged"], errors="ignore")
