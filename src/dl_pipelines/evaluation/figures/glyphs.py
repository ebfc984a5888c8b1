"""Letters of any script, as far as this machine has fonts for them."""

from functools import cache

from matplotlib.font_manager import fontManager, get_font

MISSING = "\N{WHITE SQUARE}"
"""Stands for a letter that no font here has."""
_FIRST = "DejaVu Sans"  # comes with matplotlib
_NO_LETTERS = ("Last Resort", "cm")  # boxes for everything, and TeX's own encoding
_NORMAL = 400


def families_for(text: str) -> list[str]:
    """Fonts that together have the letters of a text, as far as there are any.

    Args:
        text: Any text.

    Returns:
        Names of families for matplotlib, that of all other texts first.
    """
    families, wanted = [_FIRST], set(text) - _letters(_FIRST)
    for family in sorted(_regular()) if wanted else []:
        if wanted & _letters(family):
            families.append(family)
            wanted -= _letters(family)
    return families


def drawable(text: str, families: list[str]) -> str:
    """The text with `MISSING` for each letter that none of the fonts has."""
    letters = set[str]().union(*map(_letters, families))
    return "".join(letter if letter in letters else MISSING for letter in text)


@cache
def _letters(family: str) -> set[str]:
    return {chr(code) for code in get_font(_regular()[family]).get_charmap()}


@cache
def _regular() -> dict[str, str]:
    """Family → file of its upright face of normal weight."""
    return {
        font.name: font.fname
        for font in fontManager.ttflist
        if font.style == "normal" and font.weight == _NORMAL
        if not font.name.startswith(_NO_LETTERS)
    }
