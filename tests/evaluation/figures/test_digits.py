import numpy as np
import pytest

from dl_pipelines.evaluation.figures import learned_filters, sample_digits, worst_mistakes


def _title(figure):
    return " ".join(figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ").split())


def _captions(figure):
    return [" ".join(text.get_text().split()) for text in figure.axes[0].texts]


def test_sample_digits_hang_ten_a_row_above_their_labels(pictures, labels, names):
    figure = sample_digits(pictures, labels, names)
    (panel,) = figure.axes
    for image, picture in zip(panel.images, pictures, strict=True):
        np.testing.assert_array_equal(image.get_array(), picture)
    assert _captions(figure) == [*names, "T-shirt/top", "Trouser"]
    left, right, below, above = panel.images[11].get_extent()
    assert 1 < left < right < 2
    assert above >= panel.images[9].get_extent()[2]
    assert panel.texts[11].get_position()[1] > below
    assert _title(figure) == (
        "12 labelled pictures of 28 × 28 pixels; 25 % of the pixels are not background"
    )


def test_all_pictures_share_one_scale_of_grey(pictures, labels, names):
    panel = sample_digits(pictures, labels, names).axes[0]
    assert {image.get_clim() for image in panel.images} == {(0, 255)}


def test_worst_mistakes_show_the_picture_of_the_row(pictures, mistakes):
    figure = worst_mistakes(pictures, mistakes, "0123456789")
    first, second = figure.axes[0].images
    np.testing.assert_array_equal(first.get_array(), pictures[5])
    np.testing.assert_array_equal(second.get_array(), pictures[0])
    assert _captions(figure) == ["4 → 9, 98 %", "9 → 7, 60 %"]
    assert _title(figure) == (
        "The surest mistake takes 4 for 9 with a probability of 98.4 %; the last of these 2 has "
        "60.0 %"
    )


@pytest.mark.parametrize(
    ("count", "title"),
    [
        (1, "The surest mistake takes 4 for 9 with a probability of 98.4 %"),
        (0, "Not one of the pictures is mistaken"),
    ],
)
def test_few_mistakes(pictures, mistakes, count, title):
    figure = worst_mistakes(pictures, mistakes[:count], "0123456789")
    assert len(figure.axes[0].images) == count
    assert _title(figure) == title


def test_learned_filters_hang_in_order_of_strength_in_one_scale(kernels):
    figure = learned_filters(kernels)
    panel = figure.axes[0]
    assert _captions(figure) == ["1", "0", "2"]
    for image, channel in zip(panel.images, [1, 0, 2], strict=True):
        np.testing.assert_array_equal(image.get_array(), kernels[channel])
        assert image.get_clim() == (-0.4, 0.4)
    assert _title(figure) == (
        "3 learned filters of 3 × 3 pixels with weights from \N{MINUS SIGN}0.40 to +0.40; the "
        "weakest has 25 % of the norm of the strongest"
    )


def test_only_the_strongest_filters_are_shown(kernels):
    assert _captions(learned_filters(kernels, shown=2)) == ["1", "0"]


def test_filters_that_learnt_nothing_are_drawn_too(kernels):
    assert "weights from 0.00 to 0.00" in _title(learned_filters(0 * kernels))
