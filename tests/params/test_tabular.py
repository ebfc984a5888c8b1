import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.params.tabular import (
    Baseline,
    Evaluations,
    House,
    Preparation,
    Report,
    Resampling,
)

HOLDOUT = {"method": "random", "test_fraction": 0.2, "validation_fraction": 0.2}
EVALUATIONS = {
    "holdout": HOLDOUT,
    "kfold": {"method": "kfold", "folds": 5},
    "repeated_kfold": {"method": "kfold", "repeats": 0},
    "random_splits": {"method": "random", "repeats": 20},
    "reported": "holdout",
}


@pytest.mark.parametrize(
    ("settings", "words", "share"),
    [
        ({"method": "kfold"}, "10 folds", 1 / 9),
        ({"method": "kfold", "folds": 5, "repeats": 2}, "5 folds, 2 times", 1 / 4),
        ({"method": "random"}, "1 random 90/10 split", 1 / 9),
        (
            {"method": "random", "repeats": 20, "test_fraction": 0.29},
            "20 random 71/29 splits",
            0.29 / 0.71,
        ),
    ],
)
def test_a_resampling_says_what_it_is(settings, words, share):
    resampling = Resampling.model_validate(settings)
    assert resampling.description == words
    assert resampling.test_share == pytest.approx(share)


def test_the_reported_evaluation_is_chosen():
    assert Evaluations.model_validate(EVALUATIONS).chosen.test_fraction == 0.2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kfold": {"method": "random"}}, "its method must be kfold"),
        ({"kfold": {"method": "kfold", "repeats": 2}}, "its repeats must be 1"),
        ({"repeated_kfold": {"method": "kfold"}}, "its repeats must be 2 or more"),
        ({"random_splits": {"method": "kfold"}}, "its method must be random"),
    ],
)
def test_an_evaluation_is_what_it_is_called(change, sentence):
    with pytest.raises(SettingError, match=sentence):
        Evaluations.model_validate({**EVALUATIONS, **change})


@pytest.mark.parametrize(
    ("reported", "sentence"),
    [
        ("repeated_kfold", "reported is repeated_kfold, which is left out: set its repeats to 1"),
        ("kfold", "reported is kfold, which validates nothing: set its validation_fraction"),
    ],
)
def test_what_is_reported_must_test_and_validate(reported, sentence):
    with pytest.raises(SettingError, match=sentence):
        Evaluations.model_validate({**EVALUATIONS, "reported": reported})


@pytest.mark.parametrize(
    "holdout",
    [
        {**HOLDOUT, "validation_fraction": 0.0},
        {**HOLDOUT, "repeats": 2},
        {**HOLDOUT, "repeats": 0},
        {**HOLDOUT, "method": "kfold"},
    ],
)
def test_the_holdout_is_one_split_that_validates(holdout):
    with pytest.raises(
        SettingError, match=r"'holdout' .* one random split with a validation_fraction"
    ):
        Evaluations.model_validate({**EVALUATIONS, "holdout": holdout})


@pytest.mark.parametrize(
    ("model", "values", "parts"),
    [
        (House, {"dataset": "bostn"}, ["'dataset' is 'bostn'", "'california'"]),
        (Preparation, {"min_frequency": 0}, ["'min_frequency' is 0"]),
        (Preparation, {"leaveout": []}, ["no setting 'leaveout'"]),
        (Resampling, {"method": "loo"}, ["'method' is 'loo'", "'kfold'"]),
        (Resampling, {"method": "kfold", "folds": 1}, ["'folds' is 1"]),
        (Resampling, {"method": "kfold", "repeats": -1}, ["'repeats' is -1"]),
        (Resampling, {"method": "random", "test_fraction": 1.0}, ["'test_fraction' is 1.0"]),
        (Resampling, {"method": "random", "test_fraction": 0.0}, ["'test_fraction' is 0.0"]),
        (Resampling, {"method": "random", "validation_fraction": 1.0}, ["'validation_fraction'"]),
        (Resampling, {"method": "kfold", "seeds": [1, 1]}, ["a seed appears twice"]),
        (Resampling, {"method": "kfold", "seeds": []}, ["'seeds'", "at least 1"]),
        (Baseline, {"estimator": "forest"}, ["'estimator' is 'forest'"]),
        (Report, {"importance_repeats": 0}, ["'importance_repeats' is 0"]),
        (Evaluations, {"holdout": HOLDOUT}, ["'kfold' is missing", "'reported' is missing"]),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(model, values, parts):
    with pytest.raises(SettingError) as caught:
        model.model_validate(values)
    for part in parts:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)
