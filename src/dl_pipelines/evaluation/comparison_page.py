"""A page that shows generators beside each other, in one file that needs no other.

HTML rather than Markdown: pictures are part of the file, so that it can be sent, opened without a
viewer, printed, and looked at in MLflow.
"""

from collections.abc import Hashable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

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

_STYLE = """
.runs { display: grid; gap: 0 2rem;
        grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); }
"""
_NOTES = (
    "Fréchet and kernel distance: of the features of samples from those of test images; × floor: "
    "in multiples of the distance of training images. Distances by different networks, or of "
    "different numbers of samples, cannot be compared.",
    "Precision: share of samples that look like test images; recall: share of test images that "
    "look like samples. Blurred samples lie in the middle of real ones: their precision is high.",
    "ELBO, NLL and BCE + KL: losses of an autoencoder, in nats an image; a GAN has no likelihood, "
    "and a likelihood says nothing of how samples look.",
    "Each row is one training. What another seed would give is not measured here.",
    "Links lead to the runs in MLflow; those of a local store work while `mlflow ui` is running.",
)


def comparison_page(
    title: str, verdict: str, *, table: pd.DataFrame, figure: Figure, runs: pd.DataFrame
) -> str:
    """Build the page.

    Args:
        title: Its title.
        verdict: What is found, in words.
        table: Of `generator_tables.generator_table`.
        figure: Of `figures.generator_comparison`.
        runs: Of `generator_runs.judged_runs`; of columns artifacts.<path> those that are PNGs are
            shown.

    Returns:
        HTML. All texts are escaped; nothing is loaded from anywhere.
    """
    page, body = new_page(title, TABLES + _STYLE)
    add(body, "p", verdict)
    add_picture(body, as_png(figure), "Distance, precision and recall of each generator")
    add_table(body, table)
    sections = SubElement(body, "div", {"class": "runs"})
    for run in runs.to_dict("records"):
        _add_run(sections, run)
    add(body, "h2", "How to read this")
    for note in _NOTES:
        add(body, "p", note, {"class": "small"})
    return as_html(page)


def _add_run(parent: Element, run: Mapping[Hashable, Any]) -> None:
    """What a run was, a link to it, where its images came from, and its sheets of samples."""
    section = SubElement(parent, "section")
    quick = ", a quick run" if run["quick"] else ""
    add(section, "h2", f"{run['pipeline']}: {run['recipe']}{quick}")
    line = SubElement(section, "p", {"class": "small"})
    line.text = f"{run['started']:%Y-%m-%d %H:%M} UTC, run "
    add(line, "a", run["run_id"], {"href": run["url"]})
    if isinstance(run.get("source"), str):  # older runs do not say
        add(section, "p", f"Images: {run['source']}", {"class": "small"})
    for column, content in run.items():
        name = str(column).removeprefix("artifacts.")
        if name != column and isinstance(content, bytes):
            add_picture(section, content, f"{run['pipeline']}: {name}")
