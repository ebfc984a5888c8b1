import re

import pandas as pd
import pytest

from dl_pipelines.evaluation.tag_colours import TAG_COLOURS
from dl_pipelines.evaluation.tagged_page import tagged_page
from tests.evaluation.test_comparison_page import HOSTILE, Reader


@pytest.fixture
def page(tagged_test) -> Reader:
    return Reader(tagged_page(HOSTILE, HOSTILE, tagged_test.replace("trout", HOSTILE)))


def _words(page: Reader) -> list[dict[str, str | None]]:
    spans = [span for span in page.all("span") if "title" in span]
    return [span for span in spans if "word" in str(span["class"]).split()]


def test_every_text_is_escaped(tagged_test):
    hostile = tagged_test.assign(form=HOSTILE, actual=HOSTILE, predicted='"><img src=x>')
    page = Reader(tagged_page(HOSTILE, HOSTILE, hostile))
    assert not page.all("script")
    assert not page.all("img")
    assert page.texts.count(HOSTILE) == 3 + 4  # title, heading, note, and the words
    assert page.texts.count(f"right: {HOSTILE}") == 4
    assert {span["title"] for span in _words(page)} > {
        f'"><img src=x>, 90 % sure; right: {HOSTILE}'
    }


def test_words_have_the_colour_of_their_tag(page):
    colours = [span["style"] for span in _words(page)]
    tags = ["PRON", "NOUN", "NOUN", "VERB"]
    assert colours == [f"background: {TAG_COLOURS[tag]}" for tag in tags]
    assert len([p for p in page.all("p") if p.get("class") == "sentence"]) == 2


def test_mistakes_are_marked_and_corrected_in_sight_and_in_the_tooltip(page):
    classes = [str(span["class"]).split() for span in _words(page)]
    assert [("wrong" in kinds) for kinds in classes] == [False, True, False, False]
    assert _words(page)[1]["title"] == "NOUN, 60 % sure; right: VERB"
    assert [text for text in page.texts if text.startswith("right: ")] == ["right: VERB"]
    assert _words(page)[0]["title"] == "PRON, 90 % sure"


def test_unknown_words_are_in_italics(page):
    classes = [str(span["class"]).split() for span in _words(page)]
    assert [("new" in kinds) for kinds in classes] == [False, False, True, False]
    style = next(text for text in page.texts if ".new" in text)
    assert re.search(r"\.new \{ font-style: italic; \}", style)
    assert (
        "italics: not trained on (1 of 4 words); framed and underlined: mistaken, with the right "
        "tag below (1)"
    ) in page.texts


def test_the_legend_has_the_tags_that_are_there(page):
    legend = [span for span in page.all("span") if span.get("class") == "word"]
    plain = [span["style"] for span in legend if "title" not in span]
    assert plain == [f"background: {TAG_COLOURS[tag]}" for tag in ("NOUN", "PRON", "VERB")]


def test_without_right_tags_nothing_is_wrong(tagged_test):
    text = tagged_test.drop(columns="actual").assign(confidence=float("nan"))
    page = Reader(tagged_page("Text", "Tagged by x", text))
    assert not [span for span in _words(page) if "wrong" in str(span["class"])]
    assert [span["title"] for span in _words(page)] == ["PRON", "NOUN", "NOUN", "VERB"]
    assert "italics: not trained on (1 of 4 words)" in page.texts


def test_copied_text_has_spaces(tagged_test):
    page = tagged_page("Text", "Note", tagged_test)
    plain = re.sub(r"<[^>]+>", "", page.split('class="sentence"')[1])
    assert plain.startswith(">TheyPRON fishNOUNright: VERB troutNOUN ")


def test_a_sentence_of_ten_thousand_words_is_a_page():
    words = pd.DataFrame(
        {"part": "text", "sentence": 0, "position": range(10_000), "form": "a"}
        | {"predicted": "X", "confidence": 1.0, "known": True}
    )
    assert tagged_page("Text", "Note", words).count(">X</span>") == 10_001  # and the legend
