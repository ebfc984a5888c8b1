import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.evaluation.curve_fits import (
    curve_metrics,
    curve_table,
    gradient_disagreement,
    least_squares,
)
from dl_pipelines.evaluation.curve_verdict import (
    MISSING,
    curve_verdict,
    function_text,
    parabola_text,
)

CLOSED = {"w": 3.0, "b": 2.0, "loss": 0.01, "seconds": 1e-4, "w_se": 0.03, "b_se": 0.014}
POLYNOMIAL = {
    "actual": [1.0, -2.0],
    "learned": [1.5, -2.25],
    "loss": 0.0005,
    "fresh_loss": 0.004,
    "steps": 40,
    "seconds": 0.1,
}


def fit(**changes):
    return {
        "w": 3.0,
        "b": 2.0,
        "loss": 0.01,
        "steps": 100,
        "seconds": 0.002,
        "step_seconds": 2e-5,
        "converged": True,
        "gradients": [[1.0, 2.0], [3.0, 4.0]],
    } | changes


def fits(**changes):
    """Two ways, the second one changed, and TensorFlow's that is not there."""
    return {"numpy": fit(), "torch": fit(**changes), "tensorflow": {}}


def verdict(by_way):
    return curve_verdict(by_way, CLOSED, POLYNOMIAL, w=3.0, b=2.0)


@given(seed=st.integers(0, 999), count=st.integers(4, 30))
def test_least_squares_is_that_of_numpy_with_its_standard_errors(seed, count):
    rng = np.random.default_rng(seed)
    points = pd.DataFrame({"x": np.linspace(-1, 2, count), "y": rng.normal(size=count)})
    found = least_squares(points)
    (w, b), covariance = np.polyfit(points["x"] ** 2, points["y"], 1, cov=True)
    errors = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose([found["w"], found["b"]], [w, b], atol=1e-9)
    np.testing.assert_allclose([found["w_se"], found["b_se"]], errors, rtol=1e-6)
    residuals = points["y"] - w * points["x"] ** 2 - b
    assert found["loss"] == pytest.approx(np.mean(residuals**2))


def test_gradients_disagree_by_their_largest_difference():
    other = fit(gradients=[[1.0, 2.0], [3.0, 3.5]])
    assert gradient_disagreement({"a": fit(), "b": {}, "c": other}) == 0.5


def test_metrics_are_flat_and_have_none_of_what_could_not_run():
    metrics = curve_metrics(fits(w=2.9, gradients=[[1.0, 2.0], [3.0, 4.5]]), CLOSED, POLYNOMIAL)
    assert metrics["numpy.w"] == 3.0
    assert metrics["torch.w"] == 2.9
    assert metrics["torch.steps"] == 100.0
    assert metrics["least_squares.b_se"] == 0.014
    assert metrics["gradient_disagreement"] == 0.5
    assert metrics["polynomial.loss"] == 0.0005
    assert metrics["polynomial.largest_error"] == 0.5
    assert not any(name.startswith("tensorflow") for name in metrics)
    assert all(isinstance(value, float) for value in metrics.values())


def test_the_table_has_a_row_for_each_way_that_ran_and_one_for_least_squares():
    table = curve_table(fits(w=2.9, b=2.05), CLOSED).set_index("way")
    assert table.index.tolist() == ["numpy", "torch", "least_squares"]
    assert table["off"].tolist() == pytest.approx([0.0, 0.1, 0.0])
    assert table["steps"].tolist() == [100, 100, 0]
    assert table["ms"].tolist() == pytest.approx([2.0, 2.0, 0.1])
    assert table["µs/step"].tolist()[:2] == [20.0, 20.0]
    assert np.isnan(table.loc["least_squares", "µs/step"])


def test_the_verdict_tells_both_functions_as_the_tutorial_prints_them():
    assert verdict(fits()).splitlines()[1:] == [
        "==> Learned function: y = -2.25 x^1 +1.50",
        "==> Actual function:  y = -2.00 x^1 +1.00",
    ]
    assert function_text([0.004, 1.0, -2.5]) == "y = +1.00 x^1 -2.50 x^2 +0.00"
    assert parabola_text(2.94999, -2.0) == "y = 2.95x² - 2"


def test_the_verdict_says_where_descents_end_and_that_gradients_agree():
    said = verdict(fits(w=2.9, steps=90))
    assert "2 ways of descent end after 90 to 100 steps at y = 3x² + 2, at most 0.1 from" in said
    assert "gradients agree at 2 common points (largest difference 0)" in said
    assert "20.0 by NumPy, 20.0 by torch.nn and torch.optim" in said
    assert "0.000500 after 40 batches" in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"gradients": [[1.0, 2.0], [3.0, 4.1]]}, "do NOT agree at 2 common points"),
        ({"converged": False}, "by torch.nn and torch.optim was not at rest when its steps ended"),
    ],
)
def test_the_verdict_says_what_is_wrong(changes, sentence):
    assert sentence in verdict(fits(**changes))
    assert sentence not in verdict(fits())


def test_the_verdict_misses_tensorflow_only_where_it_is_not_there():
    assert MISSING in verdict(fits())
    assert "TensorFlow" not in verdict({"numpy": fit(), "tensorflow": fit()}).replace(
        "by TensorFlow", ""
    )
