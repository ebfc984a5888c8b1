import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.comparisons import errors_by_split, models_table, paired_tests
from dl_pipelines.evaluation.significance import corrected_resampled_t_test


def test_errors_stand_side_by_side_with_the_ensembles(by_split):
    errors = errors_by_split(by_split)
    assert errors.columns.tolist() == ["plain", "dropout", "dropout.ensemble", "ridge", "boosting"]
    assert errors["dropout.ensemble"].tolist() == [2.4, 2.6, 2.7]
    assert errors.index.tolist() == [0, 1, 2]


def test_other_splits_are_not_compared(by_split):
    by_split["ridge"] = by_split["ridge"][1:]
    with pytest.raises(DataError, match="ridge was not evaluated on all 3 splits"):
        errors_by_split(by_split)


def test_paired_tests_are_the_corrected_test_of_the_errors(by_split):
    tests = paired_tests(by_split, reference="plain", test_share=0.5).set_index("variant")
    assert "plain" not in tests.index
    row = tests.loc["dropout"]
    expected = corrected_resampled_t_test([2.8, 2.7, 2.9], [3.0, 3.2, 3.1], test_share=0.5)
    assert row["difference"] == pytest.approx(expected.mean_difference)
    assert row["p_value"] == expected.p_value
    assert (row["error"], row["reference_error"]) == pytest.approx((2.8, 3.1))


def test_one_split_tests_nothing(by_split):
    single = {model: frame[:1] for model, frame in by_split.items()}
    tests = paired_tests(single, reference="ridge", test_share=0.25)
    assert tests["p_value"].isna().all()
    assert tests["difference"].tolist() == pytest.approx([-1.5, -1.7, -2.1, -1.2])


def test_table_has_one_row_a_model(by_split):
    table = models_table(by_split, test_share=0.5)
    assert table["model"].tolist() == list(by_split)
    assert table["RMSE"].tolist() == pytest.approx([3.1, 2.8, 4.6, 3.2])
    assert table["SD"].tolist() == pytest.approx([0.1, 0.1, 0.1, 0.1])
    np.testing.assert_allclose(table["ensemble"], [np.nan, 7.7 / 3, np.nan, np.nan])
    assert np.isnan(table["p vs plain"][0])
    assert table["p vs plain"][2] < 0.05
    assert "log RMSE" not in table


def test_table_compares_logarithms_where_asked(by_split):
    logs = {
        model: frame.assign(log_rmse=frame["rmse"] / 25, rmse=9.0)
        for model, frame in by_split.items()
    }
    table = models_table(logs, test_share=0.5, metric="log_rmse")
    assert table["log RMSE"].tolist() == pytest.approx([3.1 / 25, 2.8 / 25, 4.6 / 25, 3.2 / 25])
    plain = models_table(by_split, test_share=0.5)
    pd.testing.assert_series_equal(table["p vs plain"], plain["p vs plain"])
