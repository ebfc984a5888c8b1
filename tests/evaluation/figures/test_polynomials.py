import numpy as np

from dl_pipelines.evaluation.figures import polynomial_fit, polynomial_losses
from tests.evaluation.figures.curve_frames import ACTUAL, LEARNED, batches


def test_both_polynomials_are_drawn_and_what_is_between_them():
    figure = polynomial_fit(LEARNED, ACTUAL)
    curves, rest = figure.axes
    learned, actual = curves.lines
    x = learned.get_xdata()
    np.testing.assert_allclose(learned.get_ydata(), 1.1 - 2 * x + 3 * x**2)
    np.testing.assert_allclose(actual.get_ydata(), 1.0 - 2 * x + 3 * x**2)
    np.testing.assert_allclose(rest.lines[-1].get_ydata(), 0.1)
    assert "at most 0.100 off" in figure.get_suptitle()


def test_the_batch_that_ends_training_is_named_beside_the_loss_on_fresh_points():
    figure = polynomial_losses(batches(), target=1e-3, fresh_loss=0.004)
    (panel,) = figure.axes
    assert panel.lines[0].get_ydata().tolist() == [20.0, 0.5, 0.0005]
    assert [drawn.get_ydata()[0] for drawn in panel.lines[1:]] == [1e-3, 0.004]
    title = figure.get_suptitle()
    assert title.startswith("Batch 3 is the first with a loss below 0.001")
    assert "0.00400" in title
