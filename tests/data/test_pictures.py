import numpy as np
import pytest
from scipy.ndimage import center_of_mass

from dl_pipelines.data.pictures import normalise_digit, thumbnail
from dl_pipelines.errors import DataError
from tests.picture_files import coloured, drawn, seven

SEVEN = seven()
NOISE = np.random.default_rng(0).normal(0, 6, (200, 200))


def likeness(digit):
    """Correlation of the pixels with those of the 7."""
    assert digit.shape == (28, 28)
    assert digit.dtype == np.uint8
    assert digit.max() == 255
    return np.corrcoef(digit.ravel(), SEVEN.ravel())[0, 1]


def test_a_digit_of_mnist_stays_what_it_is():
    assert likeness(normalise_digit(coloured(SEVEN))) > 0.99


LARGE = drawn(SEVEN, size=200, place=(5, 55), zoom=5)
TIGHT = LARGE[np.ix_(LARGE.any(axis=1), LARGE.any(axis=0))]


@pytest.mark.parametrize(
    "picture",
    [
        coloured(LARGE),
        coloured(255 - LARGE),
        coloured(200 - LARGE // 2),
        coloured(30 + LARGE // 4),
        coloured(np.zeros_like(LARGE), LARGE),
        coloured(np.full_like(LARGE, 255), LARGE),
        coloured(TIGHT),
        coloured((220 - 0.7 * LARGE + NOISE).clip(0, 255).astype(np.uint8)),
    ],
    ids=[
        "white on black",
        "black on white",
        "pale",
        "dark",
        "black on nothing",
        "white on nothing",
        "at the border",
        "noisy",
    ],
)
def test_however_it_was_drawn_the_network_sees_the_same(picture):
    assert likeness(normalise_digit(picture)) > 0.95


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 120, 0), (0, 0, 255)])
def test_coloured_ink_is_ink(colour):
    share = LARGE[..., None] / 255
    picture = coloured(LARGE)
    picture[..., :3] = (1 - share) * 255 + share * colour
    assert likeness(normalise_digit(picture)) > 0.95


@pytest.mark.parametrize(("height", "width"), [(60, 30), (30, 60), (300, 2), (3, 3)])
def test_the_longer_side_has_20_pixels_and_the_middle_the_mass(height, width):
    field = np.zeros((320, 320), dtype=np.uint8)
    field[7 : 7 + height, 11 : 11 + width] = 255
    digit = normalise_digit(coloured(field))
    rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
    scale = 20 / max(height, width)
    assert (len(rows), len(columns)) == tuple(max(1, round(n * scale)) for n in (height, width))
    assert center_of_mass(digit) == pytest.approx((14, 14), abs=0.5)


def test_no_ink_is_lost_at_the_border_of_the_field():
    field = np.zeros((300, 300), dtype=np.uint8)
    field[10:20, 10:110] = 255  # nearly all of the mass is at the top
    field[20:210, 10:12] = 255
    digit = normalise_digit(coloured(field))
    assert len(np.flatnonzero(digit.any(axis=1))) == 20


def test_thin_strokes_stay_visible():
    field = np.full((500, 500), 255, dtype=np.uint8)
    field[50:450, 250] = 0
    assert normalise_digit(coloured(field)).max() == 255


@pytest.mark.parametrize(
    "grey",
    [
        np.zeros((50, 40)),
        np.full((50, 40), 255),
        np.full((1, 1), 128),
        128 + NOISE,
        np.where(np.eye(30, dtype=bool), 140, 128),
    ],
    ids=["black", "white", "one pixel", "noise", "a shade"],
)
@pytest.mark.parametrize("alpha", [0, 255])
def test_a_blank_picture_is_told(grey, alpha):
    with pytest.raises(DataError, match="the picture is blank"):
        normalise_digit(coloured(grey.astype(np.uint8), alpha))


def test_inputs_are_left_alone():
    picture = coloured(LARGE, 128)
    before = picture.copy()
    normalise_digit(picture)
    thumbnail(picture, 24)
    np.testing.assert_array_equal(picture, before)


def test_a_thumbnail_keeps_aspect_and_colours_on_white():
    picture = coloured(np.zeros((40, 20), dtype=np.uint8))
    picture[..., 0] = 200
    picture[:20, :, 3] = 0
    small = thumbnail(picture, 8)
    assert small.shape == (8, 8, 3)
    assert (small[:, [0, 1, 6, 7]] == 255).all()
    assert (small[:3, 2:6] == 255).all()
    assert (small[5:, 2:6] == (200, 0, 0)).all()
