"""Descents find what the closed form knows, and say why where they do not."""

import numpy as np
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.training.curve_fits import PROBES, fit_curve, largest_rate
from dl_pipelines.training.curve_ways import WAYS
from tests.training.test_curve_ways import ways

X = np.linspace(-1.0, 1.0, 20)
Y = 3 * X**2 + 2 + 0.1 * np.sin(50 * X)
DESCENT = {"lr": 0.5, "tolerance": 1e-6, "max_steps": 1000, "seed": 0}


@ways
def test_a_descent_ends_at_least_squares(way):
    fit = fit_curve(way, X, Y, **DESCENT)
    last, before = fit.course[-1], fit.course[-2]
    w, _, b = np.polyfit(X, Y, 2)  # the points are symmetric, so x itself has no part
    np.testing.assert_allclose(last[:2], [w, b], atol=1e-5)
    assert max(abs(last.gradient_w), abs(last.gradient_b)) <= 1e-6
    assert max(abs(before.gradient_w), abs(before.gradient_b)) > 1e-6
    losses = [position.loss for position in fit.course]
    assert losses == sorted(losses, reverse=True)


def test_all_ways_descend_alike_and_have_the_same_gradients_at_common_points():
    fits = [fit_curve(way, X, Y, **DESCENT) for way in ("numpy", "autograd", "torch")]
    for other in fits[1:]:
        np.testing.assert_allclose(other.course, fits[0].course, atol=1e-9)
        np.testing.assert_allclose(other.gradients, fits[0].gradients, atol=1e-9)
    assert len(fits[0].gradients) == len(PROBES)
    w, b = PROBES[3]
    assert fits[0].gradients[3][1] == pytest.approx(2 * np.mean(w * X**2 + b - Y))


def test_the_seed_decides_where_a_descent_starts():
    starts = [fit_curve("numpy", X, Y, **{**DESCENT, "seed": seed}).course[0] for seed in (0, 0, 1)]
    assert starts[0] == starts[1]
    assert starts[0] != starts[2]


def test_steps_end_at_their_limit():
    fit = fit_curve("numpy", X, Y, **{**DESCENT, "max_steps": 3})
    assert len(fit.course) == 1 + 3


@pytest.mark.parametrize("way", ["numpy", "autograd", "torch"])
@pytest.mark.parametrize("lr", [1.0, 1e300])
def test_a_rate_that_is_too_large_is_told_with_the_largest_that_is_not(way, lr):
    with pytest.raises(SettingError) as caught:
        fit_curve(way, X, Y, **{**DESCENT, "lr": lr})
    sentence = str(caught.value)
    assert sentence.startswith(f"the fit by {way} diverged: in step ")
    assert f"'curve_fit.descent.lr', which is {lr:g}, below {largest_rate(X):.3g}." in sentence


def test_below_the_largest_rate_a_descent_converges_and_above_it_diverges():
    rate = largest_rate(X)
    fit = fit_curve("numpy", X, Y, **{**DESCENT, "lr": 0.999 * rate, "max_steps": 100_000})
    assert len(fit.course) < 100_000
    with pytest.raises(SettingError):
        fit_curve("numpy", X, Y, **{**DESCENT, "lr": 1.001 * rate, "max_steps": 100_000})


def test_points_that_the_start_fits_need_no_step():
    w, b = np.random.default_rng(0).random(2)
    fit = fit_curve("torch", X, w * X**2 + b, **DESCENT)
    assert len(fit.course) == 1
    assert fit.course[0][:2] == (w, b)


def test_the_ways_are_those_that_the_pipeline_wires():
    from dl_pipelines.evaluation.curve_fits import NAMES
    from dl_pipelines.pipelines.curve_fit.pipeline import WAYS as WIRED

    assert list(WIRED) == list(WAYS)
    assert set(NAMES) == {*WAYS, "least_squares"}
