from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.figures.animation import samples_animation


@pytest.fixture
def samples() -> np.ndarray:
    """Four noises after three epochs; the pictures of an epoch have one grey."""
    greys = np.array([0, 100, 255], dtype=np.uint8).reshape(3, 1, 1, 1)
    return np.broadcast_to(greys, (3, 4, 14, 14)).copy()


def test_each_epoch_is_a_frame_of_ink_on_paper(samples):
    film = Image.open(BytesIO(samples_animation(samples, np.arange(1, 4), columns=2)))
    assert film.n_frames == 3
    assert film.info["loop"] == 0
    shown, stays = [], []
    for number in range(3):
        film.seek(number)
        frame = np.asarray(film.convert("L"))
        shown.append(frame[20, 20])  # within the first picture
        stays.append(film.info["duration"])
        assert frame[-26:].min() < 128  # the epoch's number
        assert frame.shape == (2 * 15 * 3 + 26, 2 * 15 * 3)
    assert shown == [255, 155, 0]
    assert stays == [400, 400, 2000]


def test_the_same_pictures_give_the_same_bytes(samples):
    first, again = (samples_animation(samples, np.arange(3)) for _ in range(2))
    assert first == again
    assert first != samples_animation(samples, np.arange(1, 4))


def test_epochs_without_change_stay_frames(samples):
    still = np.repeat(samples[:1], 4, axis=0)
    assert Image.open(BytesIO(samples_animation(still, np.arange(4)))).n_frames == 4


def test_each_epoch_needs_its_number(samples):
    with pytest.raises(DataError, match="samples of 3 epochs and numbers of 2"):
        samples_animation(samples, np.arange(2))
    with pytest.raises(DataError, match="samples of 0 epochs"):
        samples_animation(samples[:0], np.arange(0))
