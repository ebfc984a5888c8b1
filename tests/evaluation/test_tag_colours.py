import pytest
from matplotlib.colors import to_rgb

from dl_pipelines.evaluation.figures.style import INK
from dl_pipelines.evaluation.tag_colours import TAG_COLOURS, tag_colours


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(colour)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("colour", TAG_COLOURS.values(), ids=TAG_COLOURS)
def test_dark_letters_are_readable_on_every_colour(colour):
    assert (_luminance(colour) + 0.05) / (_luminance(INK) + 0.05) >= 7.0


def test_all_universal_tags_have_a_colour_of_their_own():
    assert len(TAG_COLOURS) == len(set(TAG_COLOURS.values())) == 17


def test_the_book_s_nouns_and_verbs_are_nouns_and_verbs():
    colours = tag_colours(["V", "DET", "NN", "NN"])
    assert colours == {
        tag: TAG_COLOURS[own]
        for tag, own in zip(["DET", "NN", "V"], ["DET", "NOUN", "VERB"], strict=True)
    }
    assert list(colours) == ["DET", "NN", "V"]


def test_other_tags_have_colours_that_do_not_depend_on_their_order():
    tags = [f"tag{number:02d}" for number in range(40)]
    colours = tag_colours([*tags[::-1], "NOUN"])
    assert list(colours) == ["NOUN", *tags]
    assert len(set(colours[tag] for tag in tags[:17])) == 17
