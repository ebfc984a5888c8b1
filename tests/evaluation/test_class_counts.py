import numpy as np
import pandas as pd

from dl_pipelines.evaluation.class_counts import confusion_counts, precision_and_recall

ACTUAL, PREDICTED = ["a", "a", "b", "c"], ["a", "b", "b", "a"]


def test_precision_recall_and_f1_of_names():
    table = precision_and_recall(ACTUAL, PREDICTED, ["a", "b", "c", "d"])
    assert table["class"].tolist() == ["a", "b", "c", "d"]
    np.testing.assert_allclose(table["precision"], [0.5, 0.5, np.nan, np.nan])
    np.testing.assert_allclose(table["recall"], [0.5, 1.0, 0.0, np.nan])
    np.testing.assert_allclose(table["f1"], [0.5, 2 / 3, 0.0, np.nan])
    assert table["support"].tolist() == [2, 1, 1, 0]


def test_confusions_stand_in_the_order_asked_for():
    table = confusion_counts(ACTUAL, PREDICTED, ["c", "b", "a"])
    expected = pd.DataFrame([[0, 0, 1], [0, 1, 0], [0, 1, 1]])
    np.testing.assert_array_equal(table, expected)
    assert (table.loc["a", "b"], table.loc["c", "a"]) == (1, 1)
    assert (table.index.name, table.columns.name) == ("actual", "predicted")
