"""Tagged sentences as a picture: words on the colours of their tags.

Lengths are inches, of the panel too.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.figures.glyphs import MISSING, drawable, families_for
from dl_pipelines.evaluation.figures.tiles import ACROSS
from dl_pipelines.evaluation.tag_colours import tag_colours

_POINTS = 72.0  # an inch
_FORM, _TAG = 9.5, 6.5  # points
_PAD, _GAP = 0.12, 0.05  # beside the texts of a word, and between words
_BOX, _LINE = 0.36, 0.42  # height of a box, and of a line
_RIGHT = 0.14  # more of a line with mistakes, for the right tags
_PARAGRAPH = 0.14  # between sentences
_ROOM = 0.85  # title and footer
_LONGEST = 40  # letters of a word
_MOST_WORDS = 60  # of a sentence


class _Word(NamedTuple):
    """What is written of a word; `right` is the right tag of a mistake, empty otherwise."""

    form: str
    tag: str
    right: str = ""
    slant: str = "normal"

    @property
    def correction(self) -> str:
        return f"→ {self.right}" if self.right else ""


class _Box(NamedTuple):
    """A word and its place."""

    word: _Word
    left: float
    top: float
    width: float


def tagged_sentences(words: pd.DataFrame, variant: str, note: str = "") -> Figure:
    """Draw some tagged sentences.

    Args:
        words: A predictions frame (`evaluation.tag_predictions`) of one network and some sentences,
            the words of each in their order; without the column actual nothing is marked as wrong.
        variant: Name of the tagger.
        note: Where the sentences come from.

    Returns:
        Each word on the colour of its predicted tag, with the tag below; words not trained on in
        italics; mistakes framed, with the right tag below. The first 60 words of a sentence and
        the first 40 letters of a word are shown; letters without a font are boxes.
    """
    families = families_for("".join(words["form"]))
    grouped = words.groupby(["part", "sentence"], sort=False)
    boxes, height = _laid_out((_shown(rows, families) for _, rows in grouped), families)
    unseen = any(MISSING in box.word.form for box in boxes)
    figure, (panel,) = style.canvas(
        _title(words, variant),
        note,
        "Italics: not trained on" if not words["known"].all() else "",
        "Framed: mistaken, with the right tag below" if _wrong(words) else "",
        f"{MISSING}: no font here has the letter" if unseen else "",
        height=_ROOM + height,
    )
    panel.set_axis_off()
    panel.set(xlim=(0, ACROSS), ylim=(height, 0), aspect="equal", anchor="NW")
    colours = tag_colours(words["predicted"])
    for box in boxes:
        _draw(panel, box, colours.get(box.word.tag, "none"), families)
    return figure


def _title(words: pd.DataFrame, variant: str) -> str:
    count = words.groupby(["part", "sentence"]).ngroups
    sentences = f"{count} sentence{'s' * (count != 1)}"
    if "actual" not in words:
        return f"{style.name(variant)}: {sentences} tagged"
    right = len(words) - _wrong(words)
    return (
        f"{style.name(variant)}: {right:,} of {len(words):,} words in {sentences} are tagged right"
    )


def _wrong(words: pd.DataFrame) -> int:
    return int((words["actual"] != words["predicted"]).sum()) if "actual" in words else 0


def _shown(sentence: pd.DataFrame, families: list[str]) -> list[_Word]:
    """What is drawn of a sentence: words cut short, letters that there are, an ellipsis."""
    words = []
    for word in sentence.head(_MOST_WORDS).to_dict("records"):
        form, tag = word["form"], word["predicted"]
        cut = form if len(form) <= _LONGEST else f"{form[: _LONGEST - 1]}…"
        right = word["actual"] if word.get("actual", tag) != tag else ""
        slant = "normal" if word["known"] else "italic"
        words.append(_Word(drawable(cut, families), tag, right, slant))
    left_out = len(sentence) - len(words)
    return [*words, _Word(f"… {left_out:,} more words", "")] if left_out else words


def _laid_out(
    sentences: Iterable[Sequence[_Word]], families: list[str]
) -> tuple[list[_Box], float]:
    """Places of all words, and how high they are together."""
    boxes: list[_Box] = []
    top = 0.0
    for words in sentences:
        left, mistakes = 0.0, False
        for word in words:
            width = _width(word, families)
            if left and left + width > ACROSS:
                top += _LINE + _RIGHT * mistakes
                left, mistakes = 0.0, False
            boxes.append(_Box(word, left, top, width))
            left += width + _GAP
            mistakes |= bool(word.right)
        top += _LINE + _RIGHT * mistakes + _PARAGRAPH
    return boxes, top


def _width(word: _Word, families: list[str]) -> float:
    texts = ((word.form, _FORM), (word.tag, _TAG), (word.correction, _TAG))
    return max(_measured(text, size, families) for text, size in texts) + _PAD


def _measured(text: str, size: float, families: list[str]) -> float:
    font = FontProperties(family=families, size=size)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / _POINTS


def _draw(panel: Axes, box: _Box, colour: str, families: list[str]) -> None:
    """A box with the form, the tag and, below it, the right tag of a mistake."""
    word, left, top, width = box
    frame = Rectangle((left, top), width, _BOX, facecolor=colour, clip_on=False)
    frame.set(edgecolor=style.ALERT, linewidth=1.6 if word.right else 0.0)
    panel.add_patch(frame)
    texts = (
        (word.form, 0.12, {"fontsize": _FORM, "style": word.slant}),
        (word.tag, 0.28, {"fontsize": _TAG}),
        (word.correction, _BOX + 0.08, {"fontsize": _TAG, "color": style.ALERT, "weight": "bold"}),
    )
    for text, below, look in texts:
        panel.text(
            left + width / 2,
            top + below,
            text,
            family=families,
            ha="center",
            va="center_baseline",
            parse_math=False,
            **{"color": style.INK} | look,
        )
