import re
from base64 import b64decode
from html.parser import HTMLParser

import pandas as pd
import pytest
from matplotlib.figure import Figure

from dl_pipelines.evaluation.comparison_page import comparison_page

HOSTILE = "<script>alert('x')</script> & \"y\""


class Reader(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page() -> Reader:
    table = pd.DataFrame(
        {
            "pipeline": ["mnist_vae", HOSTILE],
            "Fréchet": [12.3456, 20345.6],
            "ELBO (nats)": [-98.7, None],
        }
    )
    runs = pd.DataFrame(
        {
            "pipeline": ["mnist_vae", HOSTILE],
            "recipe": ["plain", HOSTILE],
            "quick": [False, True],
            "source": [HOSTILE, None],
            "started": [pd.Timestamp("2026-01-02 03:04", tz="UTC")] * 2,
            "run_id": ["1a", "2b"],
            "url": ["http://127.0.0.1:5000/#/1a", f"http://127.0.0.1:5000/{HOSTILE}"],
            "artifacts.figures/samples.png": [b"a sheet", None],
            "artifacts.figures/class_grid.png": [None, None],
        }
    )
    figure = Figure(figsize=(1, 1))
    return Reader(comparison_page(HOSTILE, HOSTILE, table=table, figure=figure, runs=runs))


def test_every_text_is_escaped(page):
    assert not page.all("script")
    assert page.texts.count(HOSTILE) == 4  # title, heading, verdict and a cell of the table
    assert f"{HOSTILE}: {HOSTILE}, a quick run" in page.texts
    assert [text for text in page.texts if "Images: " in text] == [f"Images: {HOSTILE}"]


def test_the_table_is_there_with_blanks_where_a_figure_is_not(page):
    cells = page.texts[page.texts.index("pipeline") :]
    assert cells[:6] == ["pipeline", "Fréchet", "ELBO (nats)", "mnist_vae", "12.35", "−98.7"]
    assert len(page.all("td")) == 6
    assert cells[6:8] == [HOSTILE, "20,350"]


def test_each_run_has_a_link_and_the_sheets_that_there_are(page):
    assert [link["href"] for link in page.all("a")] == [
        "http://127.0.0.1:5000/#/1a",
        f"http://127.0.0.1:5000/{HOSTILE}",
    ]
    assert {"1a", "2b"} <= set(page.texts)
    assert "2026-01-02 03:04 UTC, run " in page.texts
    figure, sheet = (
        image["src"].removeprefix("data:image/png;base64,") for image in page.all("img")
    )
    assert b64decode(figure).startswith(b"\x89PNG")
    assert b64decode(sheet) == b"a sheet"
    assert page.all("img")[1]["alt"] == "mnist_vae: figures/samples.png"


def test_nothing_is_loaded_from_elsewhere(page):
    assert not {"script", "link", "iframe", "object"} & {name for name, _ in page.tags}
    assert all(image["src"].startswith("data:") for image in page.all("img"))
    style = next(text for text in page.texts if "@media print" in text)
    assert not re.search(r"url\(|@import", style)
    (policy,) = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
    assert policy.startswith("default-src 'none'")
