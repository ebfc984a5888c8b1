import numpy as np
import pytest

from dl_pipelines.evaluation.figures import adversarial_curves, training_strip
from dl_pipelines.evaluation.figures.tiles import mosaic


def _title(figure):
    return " ".join(figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_strip_has_an_epoch_a_column_and_a_noise_a_row(epoch_samples, epochs):
    figure = training_strip(epoch_samples, epochs, "mnist_dcgan")
    (panel,) = figure.axes
    np.testing.assert_array_equal(
        panel.images[0].get_array(), mosaic(np.stack([epoch_samples[:, 0], epoch_samples[:, 1]]))
    )
    assert [label.get_text() for label in panel.get_xticklabels()] == ["1", "2", "4"]
    assert [label.get_text() for label in panel.get_yticklabels()] == ["1", "2"]
    assert _title(figure) == (
        "DCGAN: an epoch changes the pictures by 40.0 grey levels at first and by 5.00 in the end"
    )


@pytest.mark.parametrize(
    ("count", "title"),
    [
        (2, "DCGAN: an epoch changes the pictures by 40.0 grey levels"),
        (1, "DCGAN: samples after epoch 1"),
    ],
)
def test_few_epochs(epoch_samples, epochs, count, title):
    assert _title(training_strip(epoch_samples[:count], epochs[:count], "mnist_dcgan")) == title


def test_of_many_epochs_some_are_shown_first_and_last_with_them():
    many = np.arange(30 * 5, dtype=np.uint8).reshape(30, 5, 1, 1) * np.ones((4, 4), dtype=np.uint8)
    (panel,) = training_strip(many, np.arange(1, 31), "mnist_dcgan", rows=2, columns=4).axes
    shown = many[[0, 10, 19, 29], :2].swapaxes(0, 1)
    np.testing.assert_array_equal(panel.images[0].get_array(), mosaic(shown))
    assert [label.get_text() for label in panel.get_xticklabels()] == ["1", "11", "20", "30"]


def test_curves_of_both_networks(adversarial_history):
    figure = adversarial_curves(adversarial_history, "mnist_gan")
    losses, shares = figure.axes
    means = {
        line.get_label(): line.get_ydata() for panel in figure.axes for line in panel.get_lines()
    }
    np.testing.assert_allclose(means["Discriminator"], [0.9, 1.3])
    np.testing.assert_allclose(means["Generator"], [1.5, 0.9])
    np.testing.assert_allclose(means["Real images"], [0.85, 0.6])
    np.testing.assert_allclose(means["Generated images"], [0.9, 0.7])
    assert len(losses.lines) == 2 * (2 + 1)
    assert set(shares.lines[-1].get_ydata()) == {0.5}
    assert _title(figure) == (
        "GAN: in the end the discriminator is right on 65.0 % of the pictures (60.0 % of real and "
        "70.0 % of generated ones); a guess is right on half"
    )
