"""One colour a tag, the same in figures and on pages.

Tags of a kind have shades of one hue: nouns blue, verbs red, describing words green, small words
yellow and orange, and what is no word grey. Nobody can tell 17 colours apart, so wherever they
stand the tag stands too; all are light enough for dark letters.
"""

from collections.abc import Iterable
from itertools import cycle

TAG_COLOURS = {
    "NOUN": "#A6CEE8",
    "PROPN": "#7FB2DD",
    "PRON": "#CBDFF5",
    "NUM": "#B9C8F0",
    "VERB": "#F4A6A0",
    "AUX": "#F9CFCB",
    "ADJ": "#A5D6A0",
    "ADV": "#CDE7B8",
    "DET": "#A9DDCB",
    "ADP": "#F7D08A",
    "PART": "#FBE7B2",
    "CCONJ": "#F5B78A",
    "SCONJ": "#F8D3B5",
    "INTJ": "#E3B8DE",
    "PUNCT": "#E4E4E4",
    "SYM": "#D2D2D2",
    "X": "#BEBEBE",
}
"""Universal part-of-speech tag → its colour."""
_BOOK = {"NN": TAG_COLOURS["NOUN"], "V": TAG_COLOURS["VERB"]}
"""The book's tags that have other names (7.7)."""


def tag_colours(tags: Iterable[str]) -> dict[str, str]:
    """Colours of tags of any kind.

    Args:
        tags: Which tags there are, once or more often.

    Returns:
        Tag → colour, in the order of `TAG_COLOURS`, then by alphabet. Tags that are neither
        universal nor the book's take the same colours one after the other.
    """
    fixed = TAG_COLOURS | _BOOK
    there = set(tags)
    others = zip(sorted(there - set(fixed)), cycle(TAG_COLOURS.values()), strict=False)
    return {tag: colour for tag, colour in fixed.items() if tag in there} | dict(others)
