from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style, tagged_sentences
from dl_pipelines.evaluation.figures.tiles import ACROSS
from dl_pipelines.evaluation.tag_colours import TAG_COLOURS


@pytest.fixture
def figure(sentences) -> Figure:
    return tagged_sentences(sentences, "char_bilstm", "Drawn at random")


def _texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def test_words_stand_on_the_colour_of_their_tag_with_the_tag_below(figure):
    texts = _texts(figure)
    assert texts[texts.index("It") :][:4] == ["It", "PRON", "costs", "NOUN"]
    boxes = {to_hex(patch.get_facecolor()).upper() for patch in figure.axes[0].patches[:-8]}
    assert TAG_COLOURS["NOUN"] in boxes
    last = figure.axes[0].patches[-8:]
    tags = ["PRON", "NOUN", "NOUN", "CCONJ", "NOUN", "SYM", "X", "NOUN"]
    assert [to_hex(box.get_facecolor()).upper() for box in last] == [TAG_COLOURS[t] for t in tags]


def test_a_mistake_is_framed_and_corrected(figure):
    framed = [patch for patch in figure.axes[0].patches if patch.get_linewidth()]
    assert [to_hex(box.get_edgecolor()).upper() for box in framed] == [style.ALERT]
    assert [text for text in _texts(figure) if text.startswith("→")] == ["→ VERB"]
    assert figure.get_suptitle() == (
        "Character BiLSTM: 77 of 78 words in 3 sentences are tagged right"
    )
    footer = " ".join(figure.get_supxlabel().split())
    assert footer == (
        "Drawn at random · Italics: not trained on · Framed: mistaken, with the right tag below · "
        "□: no font here has the letter"
    )


def test_words_that_were_not_trained_on_are_in_italics(figure):
    slants = {text.get_text(): text.get_style() for text in figure.axes[0].texts}
    assert (slants["Ёж"], slants["It"]) == ("italic", "normal")


def test_long_sentences_and_words_are_cut_and_say_so(sentences, figure):
    assert "… 10 more words" in _texts(figure)
    assert _texts(figure).count("word") == 60
    texts = _texts(tagged_sentences(sentences[69:70], "char_bilstm"))
    assert texts[0] == "x" * 39 + "…"


def test_lines_break_within_the_panel_and_no_box_covers_another(figure):
    boxes = [patch.get_bbox() for patch in figure.axes[0].patches]
    assert max(box.x1 for box in boxes) <= ACROSS
    lines = pd.Series([(box.x0, box.x1) for box in boxes]).groupby([round(b.y0, 3) for b in boxes])
    assert len(lines) > 3
    for _, line in lines:
        edges = list(line)
        assert edges[0][0] == 0.0
        assert all(left[1] < right[0] for left, right in pairwise(edges))
    tops = sorted({box.y0 for box in boxes})
    assert min(low - high for high, low in pairwise(tops)) > boxes[0].height


def test_texts_fit_into_their_boxes(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    panel = figure.axes[0]
    forms = [text for text in panel.texts if text.get_fontsize() == 9.5]
    for form, box in zip(forms, panel.patches, strict=True):
        written = form.get_window_extent(canvas.get_renderer())
        drawn = box.get_window_extent(canvas.get_renderer())
        assert drawn.x0 <= written.x0 + 1  # pixels
        assert written.x1 <= drawn.x1 + 1


def test_dollars_are_no_formulas_and_letters_without_a_font_are_boxes(figure):
    assert {"$5", "$6", "_^\\x", "□!"} <= set(_texts(figure))
    assert not any(text.get_parse_math() for text in figure.axes[0].texts)


def test_without_right_tags_nothing_is_framed(sentences):
    figure = tagged_sentences(sentences.drop(columns="actual"), "char_bilstm")
    assert not [patch for patch in figure.axes[0].patches if patch.get_linewidth()]
    assert figure.get_suptitle() == "Character BiLSTM: 3 sentences tagged"
