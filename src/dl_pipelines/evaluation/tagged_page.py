"""A page of tagged sentences, in one file that needs no other."""

from collections.abc import Hashable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pandas as pd

from dl_pipelines.evaluation.tag_colours import tag_colours
from dl_pipelines.evaluation.web_page import add, as_html, new_page

_STYLE = """
.sentence { margin: 0 0 0.9rem; line-height: 1.25; }
.word { display: inline-block; vertical-align: top; margin: 0.1rem 0.08rem; padding: 0.1rem 0.35rem;
        border-radius: 0.25rem; text-align: center; max-width: 100%; overflow-wrap: anywhere; }
.tag { display: block; font-size: 0.62rem; color: #444; letter-spacing: 0.03em; }
.new { font-style: italic; }
.new .tag { font-style: normal; }
.wrong { outline: 2px solid #b00020; margin: 0.25rem 0.2rem; }
.wrong .form { text-decoration: underline wavy #b00020; }
.right { color: #b00020; font-weight: bold; }
@media print { .sentence { break-inside: avoid; }
  .word { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def tagged_page(title: str, note: str, words: pd.DataFrame) -> str:
    """Build the page.

    Args:
        title: Its title.
        note: What the sentences are and who tagged them, in words.
        words: A predictions frame (`evaluation.tag_predictions`) of one network, a sentence's words
            in their order; without the column actual nothing is marked as wrong.

    Returns:
        HTML: each word on the colour of its predicted tag, with the tag below; words not trained on
        in italics; mistakes underlined, with the right tag below and in the tooltip; a legend. All
        texts are escaped; nothing is loaded from anywhere.
    """
    page, body = new_page(title, _STYLE)
    colours = tag_colours(words["predicted"])
    add(body, "p", note)
    _add_legend(body, words, colours)
    for _, sentence in words.groupby(["part", "sentence"], sort=False):
        line = SubElement(body, "p", {"class": "sentence"})
        for word in sentence.to_dict("records"):
            actual = word.get("actual", word["predicted"])
            _add_word(line, word, actual, colours[word["predicted"]])
    return as_html(page)


def _add_legend(body: Element, words: pd.DataFrame, colours: Mapping[str, str]) -> None:
    """The tags that are there, and what the marks mean, with how often they occur."""
    line = SubElement(body, "p", {"class": "sentence legend"})
    for tag, colour in colours.items():
        add(line, "span", tag, {"class": "word", "style": f"background: {colour}"})
    marks = [f"italics: not trained on ({(~words['known']).sum():,} of {len(words):,} words)"]
    if "actual" in words:
        wrong = (words["actual"] != words["predicted"]).sum()
        marks.append(f"framed and underlined: mistaken, with the right tag below ({wrong:,})")
    add(body, "p", "; ".join(marks), {"class": "small"})


def _add_word(line: Element, word: Mapping[Hashable, Any], actual: str, colour: str) -> None:
    tag, confidence = word["predicted"], word["confidence"]
    wrong = actual != tag
    kinds = ["word", *(["wrong"] if wrong else []), *([] if word["known"] else ["new"])]
    sure = "" if pd.isna(confidence) else f", {100.0 * confidence:.0f} % sure"
    tip = f"{tag}{sure}" + (f"; right: {actual}" if wrong else "")
    attributes = {"class": " ".join(kinds), "style": f"background: {colour}", "title": tip}
    box = SubElement(line, "span", attributes)
    add(box, "span", word["form"], {"class": "form"})
    add(box, "span", tag, {"class": "tag"})
    if wrong:
        add(box, "span", f"right: {actual}", {"class": "tag right"})
    box.tail = " "  # so that copied text has spaces
