import numpy as np
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.sample_classes import (
    class_histogram,
    classes_present,
    conditional_accuracy,
    conditional_metrics,
    label_kl,
)

REAL = np.arange(40) % 4


def test_class_histogram_counts_all_classes():
    table = class_histogram([0, 0, 3, 3], [0, 1, 1, 2, 3], classes=4)
    assert table["class"].tolist() == [0, 1, 2, 3]
    assert table["generated"].tolist() == [2, 0, 0, 2]
    assert table["real"].tolist() == [1, 2, 1, 1]
    assert table["generated_share"].tolist() == [0.5, 0.0, 0.0, 0.5]
    assert table["real_share"].tolist() == pytest.approx([0.2, 0.4, 0.2, 0.2])
    assert classes_present(table) == 2


def test_label_kl_by_hand():
    table = class_histogram([0, 0, 0, 1], REAL, classes=4)
    assert label_kl(table) == pytest.approx(0.75 * np.log(0.75 / 0.25))
    assert label_kl(class_histogram(REAL[:8], REAL, classes=4)) == pytest.approx(0.0)


def test_label_kl_is_infinite_for_a_class_that_is_not_real():
    assert label_kl(class_histogram([0, 3], [0, 1, 2], classes=4)) == np.inf


def test_conditional_accuracy_by_class():
    table = conditional_accuracy([0, 0, 0, 0, 2, 2], [0, 1, 0, 1, 2, 2], classes=3)
    assert table["class"].tolist() == [0, 2]
    assert table[["samples", "right"]].to_numpy().tolist() == [[4, 2], [2, 2]]
    assert table["accuracy"].tolist() == [0.5, 1.0]
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([0.15, 0.85], abs=1e-4)
    metrics = conditional_metrics(table)
    assert metrics["conditional_accuracy"] == pytest.approx(4 / 6)
    assert metrics["conditional_accuracy_worst"] == 0.5
    low, high = (metrics[f"conditional_accuracy_{end}"] for end in ("low", "high"))
    assert 0.15 < low < 4 / 6 < high < 1.0


@pytest.mark.parametrize(
    ("asked", "read", "message"),
    [
        ([0, 1], [0, 4], "row 1 has the class 4, not one of 0 to 3"),
        ([-1, 0], [0, 0], "row 0 has the class -1"),
        ([], [0], "no generated images"),
        ([0, 1], [0], "2 classes were asked for, but 1 images read"),
    ],
)
def test_unsound_classes_are_refused(asked, read, message):
    with pytest.raises(DataError, match=message):
        conditional_accuracy(asked, read, classes=4)
