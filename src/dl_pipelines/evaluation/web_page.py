"""HTML pages in one file that needs no other, nor anything from a network.

They are built as trees, so every text is escaped wherever it comes from.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto;
       padding: 0 1rem; }
.small { color: #666; font-size: 0.85rem; }
@media print { body { max-width: none; margin: 0; font-size: 11px; } }
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


def as_html(page: Element) -> str:
    """The page as text."""
    return "<!DOCTYPE html>\n" + tostring(page, encoding="unicode", method="html") + "\n"
