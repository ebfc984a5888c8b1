import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.classification import (
    CLASS_NAMES,
    accuracy_interval,
    confusion,
    evaluate_classes,
    expected_calibration_error,
    per_class,
    reliability,
    summarize_folds,
    worst_mistakes,
)


def predictions(actual, probabilities) -> pd.DataFrame:
    shares = np.asarray(probabilities, dtype=float)
    frame = pd.DataFrame(shares, columns=[f"p_{k}" for k in range(shares.shape[1])])
    return frame.assign(
        row=range(len(frame)), part="test", actual=actual, predicted=shares.argmax(axis=1)
    )


@pytest.fixture
def frame() -> pd.DataFrame:
    """Four images of three classes: right, wrong (0.6), right, wrong (0.9); no guess is a 1."""
    return predictions(
        [0, 1, 2, 1],
        [[0.8, 0.1, 0.1], [0.3, 0.1, 0.6], [0.2, 0.2, 0.6], [0.9, 0.05, 0.05]],
    )


def test_golden_values(frame):
    figures = evaluate_classes(frame)
    assert set(figures) == {"accuracy", "loss", "ece"}
    assert figures["accuracy"] == 0.5
    assert figures["loss"] == pytest.approx(-np.log([0.8, 0.1, 0.6, 0.05]).mean())
    # Three bins: {0.8}, all right; {0.6, 0.6}, half right; {0.9}, all wrong.
    assert figures["ece"] == pytest.approx((0.2 + 2 * 0.1 + 0.9) / 4)


def test_a_certain_mistake_costs_much_but_not_infinitely():
    loss = evaluate_classes(predictions([1], [[1.0, 0.0]]))["loss"]
    assert loss == pytest.approx(-np.log(np.finfo(float).eps))


def test_single_precision_is_no_reason_for_a_warning(recwarn):
    frame = predictions([0, 1], [[0.9, 0.1], [0.3, 0.7]])
    figures = evaluate_classes(frame.astype({"p_0": "float32", "p_1": "float32"}))
    assert figures["loss"] == pytest.approx(-np.log([0.9, 0.7]).mean(), rel=1e-6)
    assert not recwarn.list


def test_unsound_probabilities_are_refused(frame):
    for judge in (evaluate_classes, accuracy_interval, per_class, confusion, reliability):
        with pytest.raises(DataError, match="row 2 of the test predictions"):
            judge(frame.assign(p_1=[0.1, 0.1, 0.9, 0.05]))


def test_per_class(frame):
    table = per_class(frame).set_index("class")
    assert table["precision"].tolist() == pytest.approx([0.5, np.nan, 0.5], nan_ok=True)
    assert table["recall"].tolist() == [1.0, 0.0, 1.0]
    assert table["f1"].tolist() == pytest.approx([2 / 3, 0.0, 2 / 3])
    assert table["support"].tolist() == [1, 2, 1]


def test_confusion_has_actual_rows_and_predicted_columns(frame):
    table = confusion(frame)
    assert table.to_numpy().tolist() == [[1, 0, 0], [1, 0, 1], [0, 0, 1]]
    assert (table.index.name, table.columns.name) == ("actual", "predicted")


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 5).flatmap(
        lambda classes: st.integers(1, 20).flatmap(
            lambda rows: st.tuples(
                arrays(int, rows, elements=st.integers(0, classes - 1)),
                arrays(float, (rows, classes), elements=st.floats(0.001, 1.0)),
            )
        )
    )
)
def test_confusion_counts_every_row_and_holds_the_accuracy(drawn):
    actual, weights = drawn
    frame = predictions(actual, weights / weights.sum(axis=1, keepdims=True))
    counts, figures = confusion(frame), evaluate_classes(frame)
    classes = range(weights.shape[1])
    assert counts.sum(axis=1).tolist() == [(actual == k).sum() for k in classes]
    assert np.trace(counts) / len(frame) == pytest.approx(figures["accuracy"])
    assert reliability(frame)["rows"].sum() == len(frame)
    assert 0.0 <= figures["ece"] <= 1.0


def test_reliability_bins_are_open_on_the_left():
    table = reliability(predictions([0, 1, 0], [[0.5, 0.5], [0.75, 0.25], [1.0, 0.0]]), bins=4)
    assert table["bin"].tolist() == [1, 2, 3, 4]
    assert table["lower"].tolist() == [0.0, 0.25, 0.5, 0.75]
    assert table["upper"].tolist() == [0.25, 0.5, 0.75, 1.0]
    assert table["rows"].tolist() == [0, 1, 1, 1]
    np.testing.assert_array_equal(table["confidence"], [np.nan, 0.5, 0.75, 1.0])
    np.testing.assert_array_equal(table["accuracy"], [np.nan, 1.0, 0.0, 1.0])
    assert expected_calibration_error(table) == pytest.approx((0.5 + 0.75 + 0.0) / 3)


def test_a_perfectly_calibrated_classifier_has_no_calibration_error():
    frame = predictions([0, 0, 0, 1], [[0.75, 0.25]] * 4)
    assert evaluate_classes(frame)["ece"] == pytest.approx(0.0)


def test_wilson_interval(frame):
    # (p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n) of 2 in 4.
    assert accuracy_interval(frame) == pytest.approx((0.1500, 0.8500), abs=1e-4)
    low, high = accuracy_interval(predictions([0], [[1.0, 0.0]]))
    assert low == pytest.approx(1 / (1 + 1.959964**2), abs=1e-5)
    assert high == 1.0


def test_worst_mistakes_are_the_surest_first(frame):
    table = worst_mistakes(frame, 5)
    assert table["row"].tolist() == [3, 1]
    assert table[["actual", "predicted"]].to_numpy().tolist() == [[1, 0], [1, 2]]
    assert table["confidence"].tolist() == pytest.approx([0.9, 0.6])
    assert table["p_actual"].tolist() == pytest.approx([0.05, 0.1])
    assert worst_mistakes(frame, 1)["row"].tolist() == [3]


def test_worst_mistakes_keep_the_row_of_the_part(frame):
    later = frame.assign(row=[40, 41, 42, 43])[::-1]
    assert worst_mistakes(later, 2)["row"].tolist() == [43, 41]


def test_folds_have_a_mean_and_a_standard_deviation():
    summary = summarize_folds([0.9, 0.8, 1.0])
    assert summary == pytest.approx({"accuracy_mean": 0.9, "accuracy_sd": 0.1})
    with pytest.raises(DataError, match="1 folds are too few"):
        summarize_folds([0.9])


def test_every_data_set_names_ten_classes():
    assert {name: len(set(names)) for name, names in CLASS_NAMES.items()} == {
        "digits": 10,
        "fashion": 10,
    }
    assert CLASS_NAMES["fashion"][9] == "Ankle boot"
