import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.likelihoods import (
    active_units,
    likelihood_metrics,
    neighbours_agree,
    prior_quantiles,
    reconstruction_rmse,
)


def test_means_have_standard_errors_and_leave_out_what_was_not_estimated():
    frame = pd.DataFrame({"elbo": [-90.0, -100.0, -110.0], "iwae_nll": [94.0, 96.0, np.nan]})
    assert likelihood_metrics(frame) == pytest.approx(
        {"elbo": -100.0, "elbo_se": 10 / np.sqrt(3), "iwae_nll": 95.0, "iwae_nll_se": 1.0}
    )


@pytest.mark.parametrize("values", [[-90.0, np.nan], [-90.0, -np.inf], [np.nan, np.nan]])
def test_figures_without_a_mean_are_refused(values):
    with pytest.raises(DataError, match=r"elbo is a finite number for . of 2 images"):
        likelihood_metrics(pd.DataFrame({"elbo": values}))


def test_reconstruction_error_is_in_grey_levels():
    images = np.zeros((2, 2, 2), dtype=np.uint8)
    reconstructions = images.copy()
    reconstructions[0] = 200
    assert reconstruction_rmse(images, reconstructions) == pytest.approx(200 / np.sqrt(2))
    assert reconstruction_rmse(reconstructions, images) == pytest.approx(200 / np.sqrt(2))
    with pytest.raises(DataError, match=r"\(2, 2, 2\) .* \(1, 2, 2\)"):
        reconstruction_rmse(images, reconstructions[:1])


def test_active_units_are_those_that_depend_on_the_image():
    means = np.array([[0.0, 0.0, 5.0], [1.0, 0.1, 5.0]])  # variances 0.25, 0.0025 and 0
    assert active_units(means).tolist() == [True, False, False]


def test_neighbours_agree_where_classes_lie_apart():
    points = [[0.0, 0.0], [0.1, 0.0], [9.0, 9.0], [9.0, 9.1]]
    assert neighbours_agree(points, [0, 0, 1, 1]) == 1.0
    assert neighbours_agree(points, [0, 1, 1, 1]) == 0.5


def test_prior_quantiles_split_the_prior_evenly():
    # The normal distribution's 25 % and 75 % quantiles are -0.6745 and 0.6745.
    np.testing.assert_allclose(prior_quantiles(2), [-0.67449, 0.67449], atol=1e-5)
