import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.tag_folds import summarize_tag_folds


@pytest.fixture
def folds(tagged_test) -> pd.DataFrame:
    """Fold 0 tags 3 of 4 words right, fold 1 all of them."""
    right = tagged_test.assign(predicted=tagged_test["actual"], fold=1)
    return pd.concat([tagged_test.assign(fold=0), right], ignore_index=True)


def test_mean_and_deviation_over_the_folds(folds):
    metrics = summarize_tag_folds(folds)
    assert metrics == pytest.approx(
        {
            "kfold.token_accuracy": 0.875,
            "kfold.token_accuracy_sd": np.std([0.75, 1.0], ddof=1),
            "kfold.sentence_accuracy": 0.75,
            "kfold.sentence_accuracy_sd": np.std([0.5, 1.0], ddof=1),
            "kfold.unknown_accuracy": 1.0,
            "kfold.unknown_accuracy_sd": 0.0,
        }
    )
    assert {type(value) for value in metrics.values()} == {float}


def test_every_fold_counts_the_same_however_many_words_it_has(folds):
    first = folds[(folds["fold"] == 1) | (folds["sentence"] == 0)]
    metrics = summarize_tag_folds(first)
    assert metrics["kfold.token_accuracy"] == pytest.approx((2 / 3 + 1) / 2)


def test_unknown_words_are_left_out_unless_every_fold_has_some(folds):
    known = folds.assign(known=folds["known"] | (folds["fold"] == 1))
    assert set(summarize_tag_folds(known)) == {
        f"kfold.{name}_accuracy{end}" for name in ("token", "sentence") for end in ("", "_sd")
    }


def test_no_cross_validation_is_no_figure():
    assert summarize_tag_folds(pd.DataFrame()) == {}


def test_a_word_without_a_tag_is_refused(folds):
    folds.loc[5, "predicted"] = None
    with pytest.raises(DataError, match=r"word 2 \('fish'\) of sentence 1 .* no predicted tag"):
        summarize_tag_folds(folds)
