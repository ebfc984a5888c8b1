import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.params.curve_fit import Curve, Descent, RandomPolynomial


@pytest.mark.parametrize(
    ("model", "values", "sentence"),
    [
        (Curve, {"low": 1.0, "high": 1.0}, "low (1.0) must be less than high (1.0)"),
        (Curve, {"count": 2}, "'count' is 2"),
        (Curve, {"noise": float("inf")}, "'noise' is inf"),
        (Curve, {"w": float("nan")}, "'w' is nan"),
        (Descent, {"lr": 0}, "'lr' is 0"),
        (Descent, {"steps": 5}, "there is no setting 'steps'"),
        (RandomPolynomial, {"degree": 0}, "'degree' is 0"),
    ],
)
def test_a_wrong_setting_is_named(model, values, sentence):
    with pytest.raises(SettingError) as caught:
        model.model_validate(values)
    assert sentence in str(caught.value)
