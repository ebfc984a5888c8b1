import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.class_predictions import checked_predictions


@pytest.fixture
def frame() -> pd.DataFrame:
    """Two test images of three classes; the second is mistaken."""
    return pd.DataFrame(
        {
            "row": [7, 8],
            "part": "test",
            "actual": [0, 1],
            "p_0": [0.7, 0.1],
            "p_1": [0.2, 0.3],
            "p_2": [0.1, 0.6],
            "predicted": [0, 2],
        }
    )


def test_a_sound_frame_is_read(frame):
    sound = checked_predictions(frame)
    np.testing.assert_allclose(sound.probabilities, [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
    assert sound.right.tolist() == [True, False]
    np.testing.assert_allclose(sound.confidence, [0.7, 0.6])
    np.testing.assert_allclose(sound.of(sound.actual), [0.7, 0.3])
    assert list(sound.classes) == [0, 1, 2]


def test_rounded_probabilities_are_scaled_to_one(frame):
    rounded = frame.assign(p_0=[0.7005, 0.1])
    assert checked_predictions(rounded).probabilities.sum(axis=1) == pytest.approx([1.0, 1.0])


def test_the_order_of_the_columns_does_not_matter(frame):
    mixed = frame[["p_2", "predicted", "p_0", "part", "p_1", "row", "actual"]]
    np.testing.assert_array_equal(
        checked_predictions(mixed).probabilities, checked_predictions(frame).probabilities
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"p_1": [0.2, 0.1]}, r"row 8 of the test predictions has .* add up to 0\.8 \(1 of 2 rows"),
        ({"p_1": [0.2, np.nan]}, "row 8 .* no finite number"),
        ({"p_1": [np.inf, np.inf]}, r"row 7 .* no finite number \(2 of 2 rows"),
        ({"p_0": [-0.1, 0.1], "p_1": [1.0, 0.3]}, "row 7 .* below 0"),
        ({"actual": [0, 11]}, "row 8 .* the actual class 11, not one of 0 to 2"),
        ({"predicted": [-1, 2]}, "row 7 .* the predicted class -1, not one of 0 to 2"),
        ({"predicted": [1, 2]}, "row 7 .* predicts the class 1, which is not its most probable"),
    ],
)
def test_unsound_rows_are_named(frame, changes, sentence):
    with pytest.raises(DataError, match=sentence):
        checked_predictions(frame.assign(**changes))


def test_nothing_to_judge_is_an_error(frame):
    with pytest.raises(DataError, match="no predictions"):
        checked_predictions(frame[:0])
    with pytest.raises(DataError, match="add up to 0"):
        checked_predictions(frame.drop(columns=["p_0", "p_1", "p_2"]))
