"""HTML pages in one file that needs no other, nor anything from a network.

They are built as trees, so every text is escaped wherever it comes from.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import pandas as pd
from matplotlib.figure import Figure

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto;
       padding: 0 1rem; }
.small { color: #666; font-size: 0.85rem; }
@media print { body { max-width: none; margin: 0; font-size: 11px; } }
"""
TABLES = """
figure { margin: 1rem 0; }
img { max-width: 100%; }
table { border-collapse: collapse; font-size: 0.85rem; }
th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid #ddd; text-align: right; }
th:first-child, td:first-child { text-align: left; }
.wide { overflow-x: auto; }
@media print {
  .wide { overflow: visible; }
  table { font-size: 8px; }
  th, td { padding: 0.15rem 0.3rem; }
  figure, section, tr { break-inside: avoid; }
}
"""
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"  # nothing from outside


def new_page(title: str, style: str) -> tuple[Element, Element]:
    """A page with its title as a heading.

    Args:
        title: Its title.
        style: CSS besides that of all pages; it is not escaped, so no texts of others belong there.

    Returns:
        The page and its body, to be filled.
    """
    page = Element("html", lang="en")
    head, body = SubElement(page, "head"), SubElement(page, "body")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    SubElement(head, "meta", name="viewport", content="width=device-width")
    add(head, "title", title)
    add(head, "style", _STYLE + style)
    add(body, "h1", title)
    return page, body


def add(
    parent: Element, tag: str, text: str, attributes: Mapping[str, str] | None = None
) -> Element:
    """Put an element with a text into another one.

    Args:
        parent: Where it goes.
        tag: Its name, such as "p".
        text: Any text.
        attributes: Its attributes.

    Returns:
        The element.
    """
    element = SubElement(parent, tag, dict(attributes or {}))
    element.text = text
    return element


def add_picture(parent: Element, png: bytes, caption: str) -> None:
    """Put a PNG into an element; it becomes part of the page."""
    source = f"data:image/png;base64,{b64encode(png).decode('ascii')}"
    SubElement(SubElement(parent, "figure"), "img", src=source, alt=caption)


def as_png(figure: Figure) -> bytes:
    """A figure as a PNG."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=150)
    return buffer.getvalue()


def add_table(parent: Element, table: pd.DataFrame) -> None:
    """Put a frame into an element: floats with four digits, blanks for NaN; see `TABLES`."""
    rows = SubElement(SubElement(parent, "div", {"class": "wide"}), "table")
    _add_row(SubElement(rows, "thead"), table.columns, "th")
    body = SubElement(rows, "tbody")
    for row in table.itertuples(index=False):
        _add_row(body, map(_cell, row), "td")


def _add_row(parent: Element, texts: Iterable[str], tag: str) -> None:
    row = SubElement(parent, "tr")
    for text in texts:
        add(row, tag, text)


def _cell(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    rounded = float(f"{value:.4g}")
    return "" if pd.isna(value) else f"{rounded:,g}".replace("-", "\N{MINUS SIGN}")


def as_html(page: Element) -> str:
    """The page as text."""
    return "<!DOCTYPE html>\n" + tostring(page, encoding="unicode", method="html") + "\n"
