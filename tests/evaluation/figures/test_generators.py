import numpy as np
import pytest

from dl_pipelines.evaluation.figures import (
    generated_samples,
    reconstructions,
    sample_sheet,
)
from dl_pipelines.evaluation.figures.tiles import mosaic

DIGITS = tuple("0123456789")


def _title(figure):
    return " ".join(figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ").split())


def test_reconstructions_hang_right_below_their_originals(pictures):
    copies = pictures.copy()
    copies[0] -= pictures[0] // 100 * 40  # 40 grey levels in a quarter of the pixels
    figure = reconstructions(pictures, copies, "mnist_vae", columns=6)
    (panel,) = figure.axes
    drawn = [image.get_array() for image in panel.images]
    for place, row in enumerate((pictures[:6], copies[:6], pictures[6:], copies[6:])):
        np.testing.assert_array_equal(drawn[place], mosaic(row[None]))
    tops = [image.get_extent()[3] for image in panel.images]
    assert tops == pytest.approx([0.0, 1.0, 2.2, 3.2])
    assert panel.get_ylim()[0] >= 4.2
    assert [text.get_text() for text in panel.texts] == ["original", "copy"] * 2
    assert _title(figure) == (
        "VAE: reconstructions of 12 unseen pictures are off by 6 of 255 grey levels; the best by "
        "0, the worst by 20"
    )


def test_samples_hang_as_they_came(pictures):
    read = np.array([1, 1, 1, 0, 2, 1, 1, 0, 0, 3])
    figure = generated_samples(pictures, read, "mnist_gan", DIGITS, columns=5)
    (image,) = figure.axes[0].images
    np.testing.assert_array_equal(image.get_array(), mosaic(pictures[:10].reshape(2, 5, 28, 28)))
    assert image.get_clim() == (0, 255)
    assert _title(figure) == (
        "GAN: in 10 samples a classifier reads 4 of 10 classes, most often 1 (50.0 %)"
    )
    assert "The first 10 of 10, none chosen" in figure.get_supxlabel()


def test_a_sheet_tells_what_was_asked_for(pictures):
    figure = sample_sheet(pictures, "mnist_cgan", asked="7", columns=5)
    (image,) = figure.axes[0].images
    np.testing.assert_array_equal(image.get_array(), mosaic(pictures[:10].reshape(2, 5, 28, 28)))
    assert (
        _title(figure) == "CGAN: 12 samples of the class 7; 25 % of the pixels are not background"
    )
    assert "The first 10 of 12" in figure.get_supxlabel()
    assert _title(sample_sheet(pictures, "mnist_gan")).startswith("GAN: 12 samples; 25 %")
