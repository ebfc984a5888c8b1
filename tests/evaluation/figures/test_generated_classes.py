import numpy as np
import pytest
from matplotlib.colors import to_rgba

from dl_pipelines.evaluation.figures import class_grid, class_shares, style
from dl_pipelines.evaluation.figures.tiles import mosaic

DIGITS = tuple("0123456789")


def _title(figure):
    return " ".join(figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ").split())


def test_class_grid_frames_what_is_read_as_another_class(class_rows, read_rows):
    figure = class_grid(class_rows, read_rows, "mnist_cgan", DIGITS)
    (panel,) = figure.axes
    np.testing.assert_array_equal(panel.images[0].get_array(), mosaic(class_rows))
    corners = [np.floor(frame.get_xy()).tolist() for frame in panel.patches]
    assert corners == [[0, 4], [2, 4], [1, 7]]
    assert [label.get_text() for label in panel.get_yticklabels()] == list(DIGITS)
    assert _title(figure) == (
        "CGAN: 27 of 30 pictures are read as the class asked for; most often 4 is not (2 of 3)"
    )


def test_an_obedient_grid_has_no_frames(class_rows, read_rows):
    obeyed = np.tile(np.arange(10)[:, None], (1, 3))
    figure = class_grid(class_rows, obeyed, "mnist_cgan", DIGITS)
    assert not figure.axes[0].patches
    assert _title(figure) == "CGAN: 30 of 30 pictures are read as the class asked for"
    assert "Framed" not in figure.get_supxlabel()


def test_class_shares_stand_beside_the_real_ones(sampled_classes):
    figure = class_shares(sampled_classes, "mnist_gan", DIGITS)
    real, samples = figure.axes[0].containers
    assert [bar.get_height() for bar in real] == pytest.approx([0.1] * 10)
    assert [bar.get_height() for bar in samples] == pytest.approx([0.2] + [0.1] * 8 + [0.0])
    assert samples[0].get_facecolor() == to_rgba(style.colour("mnist_gan"))
    assert samples[3].get_x() > real[3].get_x()
    assert _title(figure) == (
        "GAN: the classes of samples are 0.139 nats from the real ones (KL); the largest gap is "
        "that of 0, 20.0 % instead of 10.0 %"
    )
