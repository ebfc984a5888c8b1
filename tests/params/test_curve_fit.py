import math

import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.curve_fits import least_squares
from dl_pipelines.frames.parabola import noisy_parabola
from dl_pipelines.params.curve_fit import Curve, Descent, RandomPolynomial


@pytest.mark.parametrize(
    ("model", "values", "sentence"),
    [
        (Curve, {"low": 1.0, "high": 1.0}, "low (1.0) must be less than high (1.0)"),
        (Curve, {"count": 2}, "'count' is 2"),
        (Curve, {"noise": float("inf")}, "'noise' is inf"),
        (Curve, {"w": float("nan")}, "'w' is nan"),
        (Curve, {"low": -1e-200, "high": 1e-200}, "low (-1e-200) must be at least 0.01 less than"),
        (Curve, {"low": -1e200}, "'low' is -1e+200"),
        (Curve, {"high": float("nan")}, "'high' is nan"),
        (Curve, {"b": 1e200}, "'b' is 1e+200"),
        (Curve, {"noise": float("nan")}, "'noise' is nan"),
        (Descent, {"lr": 0}, "'lr' is 0"),
        (Descent, {"lr": float("inf")}, "'lr' is inf"),
        (Descent, {"tolerance": float("inf")}, "'tolerance' is inf"),
        (RandomPolynomial, {"lr": float("inf")}, "'lr' is inf"),
        (RandomPolynomial, {"spread": float("inf")}, "'spread' is inf"),
        (RandomPolynomial, {"target": float("inf")}, "'target' is inf"),
        (Descent, {"steps": 5}, "there is no setting 'steps'"),
        (RandomPolynomial, {"degree": 0}, "'degree' is 0"),
    ],
)
def test_a_wrong_setting_is_named(model, values, sentence):
    with pytest.raises(SettingError) as caught:
        model.model_validate(values)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(("low", "high"), [(-0.005, 0.005), (99.99, 100.0), (-100.0, 100.0)])
def test_every_curve_that_is_allowed_has_a_closed_form(low, high):
    curve = Curve(count=3, low=low, high=high, w=-1e6, b=1e6, noise=1e6)
    found = least_squares(noisy_parabola(**curve.model_dump()))
    assert all(math.isfinite(value) for value in found.values())
