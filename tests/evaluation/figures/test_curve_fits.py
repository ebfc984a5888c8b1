import numpy as np
import pytest

from dl_pipelines.evaluation.figures import curve_points, descent_losses, parabola_fit
from tests.evaluation.figures.curve_frames import COSTS, TRUE, history, points


def line(panel, label):
    return next(drawn for drawn in panel.lines if drawn.get_label() == label)


def test_points_lie_around_the_curve_that_they_were_drawn_from():
    figure = curve_points(points(), **TRUE)
    (panel,) = figure.axes
    assert panel.collections[0].get_offsets().tolist() == points().to_numpy().tolist()
    curve = line(panel, "Without noise")
    np.testing.assert_allclose(curve.get_ydata(), 3 * curve.get_xdata() ** 2 + 2)
    assert figure.get_suptitle() == "5 points of y = 3x² + 2 with noise"
    assert "mean of 0.000 and a standard deviation of 0.100" in figure.get_supxlabel()
    assert "drawn with seed 7" in figure.get_supxlabel()


def test_a_fit_is_its_last_step_and_the_lower_panel_shows_what_it_leaves():
    figure = parabola_fit(points(), history(), "autograd", **TRUE)
    curves, rest = figure.axes
    fitted = line(curves, "Fitted")
    np.testing.assert_allclose(fitted.get_ydata(), 2.9 * fitted.get_xdata() ** 2 + 2.05)
    assert set(line(rest, "Fitted").get_ydata()) == {0.0}
    missed = line(rest, "Without noise")
    np.testing.assert_allclose(missed.get_ydata(), 0.1 * missed.get_xdata() ** 2 - 0.05)
    _, left = rest.collections[0].get_offsets().T
    np.testing.assert_allclose(left, [0.15, -0.125, -0.05, 0.075, -0.05])
    title = figure.get_suptitle()
    assert title == "Autograd by hand finds y = 2.9x² + 2.05 after 2 steps from y = 0.5x² + 0.25"


@pytest.mark.parametrize(
    ("way", "name"), [("numpy", "NumPy"), ("torch", "torch.nn and torch.optim")]
)
def test_names_of_libraries_keep_their_letters(way, name):
    assert parabola_fit(points(), history(), way, **TRUE).get_suptitle().startswith(name)


def test_losses_are_shown_above_the_smallest_and_what_is_rounding_is_left_out():
    course = history()
    course.loc[2, "loss"] = 0.01
    figure = descent_losses({"numpy": course, "torch": history()}, COSTS, smallest=0.01)
    losses, bars = figure.axes
    np.testing.assert_allclose(line(losses, "NumPy").get_ydata(), [6.99, 0.49])
    np.testing.assert_allclose(
        line(losses, "torch.nn and torch.optim").get_ydata(), [6.99, 0.49, 0.001]
    )
    assert losses.get_yscale() == "log"
    assert [bar.get_width() for bar in bars.patches] == [*COSTS.values()][::-1]
    assert figure.get_suptitle() == "2 ways, one descent: the loss falls from 7.00 to 0.0110"
