import numpy as np
import pytest

from dl_pipelines.evaluation.figures import calibration, residuals


def test_residuals_of_the_test_rows(predictions):
    figure = residuals(predictions, "boosting", "dollars")
    cloud, histogram, tails = figure.axes
    error = (predictions["actual"] - predictions["prediction"]).head(40)
    np.testing.assert_allclose(cloud.lines[0].get_ydata(), error)
    assert sum(bar.get_height() for bar in histogram.patches) == 40
    ranked = tails.lines[-1].get_ydata()
    np.testing.assert_allclose(ranked, np.sort(error) / error.std(), atol=1e-9)
    normal = tails.lines[-1].get_xdata()
    assert normal[:20] == pytest.approx(-normal[:19:-1])  # symmetric about 0
    title = " ".join(figure.get_suptitle().split())
    assert title == (
        "Gradient boosting: half of the predictions are off by less than 1,000, one in ten by more "
        "than 2,000 dollars"
    )


def test_the_running_median_shows_bias(predictions):
    biased = predictions.assign(prediction=predictions["actual"] + 500.0)
    cloud = residuals(biased, "boosting", "dollars").axes[0]
    np.testing.assert_allclose(cloud.lines[-1].get_ydata(), -500.0)


def test_calibration_compares_promise_and_outcome(coverages):
    figure = calibration(coverages, "tabm", "1,000 dollars")
    share, size = figure.axes
    np.testing.assert_array_equal(share.lines[-1].get_xdata(), [0.5, 0.9])
    np.testing.assert_array_equal(share.lines[-1].get_ydata(), [0.48, 0.91])
    np.testing.assert_array_equal(size.lines[-1].get_ydata(), [2.0, 5.0])
    edges = share.collections[0].get_paths()[0].vertices
    at_half = edges[np.isclose(edges[:, 0], 0.5), 1]
    np.testing.assert_allclose(sorted(set(at_half.round(6))), [0.5 - 0.049, 0.5 + 0.049])
    assert " ".join(figure.get_suptitle().split()) == (
        "TabM: 90 % intervals hold 91.0 % of the prices and are 5.00 × 1,000 dollars wide"
    )
