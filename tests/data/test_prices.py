import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.data.folds import KFold, RandomSplits
from dl_pipelines.data.prices import PriceTask
from dl_pipelines.data.splits import Split
from dl_pipelines.errors import DataError, SettingError

SPLIT = Split(np.array([0, 1]), np.array([2]), np.array([3, 4]))


@pytest.fixture
def features() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price": [10.0, 20.0, 40.0, 80.0, 160.0],
            "area": [1.0, 5.0, 2.0, 3.0, 4.0],
            "rooms": [1.0, 2.0, np.nan, 4.0, 9.0],
            "zone": ["a", "b", "a", "b", "c"],
        }
    )


def test_the_price_is_learnt_from_all_other_columns(features):
    task = PriceTask.from_frame(features)
    assert task.columns.columns.tolist() == ["area", "rooms", "zone"]
    assert task.targets.tolist() == task.prices.tolist() == [10.0, 20.0, 40.0, 80.0, 160.0]
    assert task.trainable.all()


def test_decoding_the_targets_gives_the_prices_back(features):
    task = PriceTask.from_frame(features, log_price=True)
    np.testing.assert_allclose(task.targets, np.log(features["price"]))
    np.testing.assert_allclose(task.decode(np.stack([task.targets] * 2)), [task.prices] * 2)


def test_a_column_left_out_is_not_seen_but_may_still_bound_the_training(features):
    task = PriceTask.from_frame(features, leave_out=["area"], train_up_to={"area": 4.0})
    assert task.columns.columns.tolist() == ["rooms", "zone"]
    assert task.trainable.tolist() == [True, False, True, True, True]


@pytest.mark.parametrize("setting", [{"leave_out": ["aera"]}, {"train_up_to": {"aera": 1.0}}])
def test_a_column_that_does_not_exist_is_named_with_the_others(features, setting):
    (name,) = setting
    expected = rf"'{name}' names aera, .* choose among area, rooms, zone\.$"
    with pytest.raises(SettingError, match=expected):
        PriceTask.from_frame(features, **setting)


@pytest.mark.parametrize("price", [0.0, -1.0])
def test_a_price_without_a_logarithm_is_named_with_its_row(features, price):
    features.loc[3, "price"] = price
    assert PriceTask.from_frame(features).prices[3] == price
    with pytest.raises(DataError, match=rf"row 3 of the features is {price:g}.*'log_price'"):
        PriceTask.from_frame(features, log_price=True)


def test_validation_rows_are_predicted_without_them_and_test_rows_with_them(features):
    task = PriceTask.from_frame(features, train_up_to={"rooms": 1.0})
    valid, test = task.parts([SPLIT])
    assert (valid.name, valid.rows.tolist(), valid.trained.train.tolist()) == ("valid", [2], [0])
    # Row 1 has too many rooms to be learnt from; how many row 2 has is not known.
    assert (test.name, test.rows.tolist(), test.trained.train.tolist()) == ("test", [3, 4], [0, 2])
    assert valid.split == test.split == 0


@settings(deadline=None, max_examples=40)  # the first example imports scikit-learn
@given(
    rows=st.integers(8, 30),
    splitter=st.one_of(
        st.builds(
            KFold,
            folds=st.integers(2, 5),
            seed=st.integers(0, 9),
            validation_fraction=st.sampled_from([0.0, 0.3]),
        ),
        st.builds(
            RandomSplits,
            splits=st.integers(1, 3),
            test_fraction=st.sampled_from([0.2, 0.5]),
            seed=st.integers(0, 9),
            validation_fraction=st.sampled_from([0.0, 0.4]),
        ),
    ),
)
def test_no_part_is_predicted_by_what_has_learnt_it(rows, splitter):
    features = pd.DataFrame({"price": np.arange(1.0, rows + 1), "area": np.arange(rows) * 1.0})
    splits = splitter.split(rows)
    parts = PriceTask.from_frame(features).parts(splits)
    for part in parts:
        split = splits[part.split]
        assert not set(part.rows) & set(part.trained.train)
        assert not set(split.test) & set(part.trained.train)
        expected = split.test if part.name == "test" else split.valid
        assert part.rows.tolist() == expected.tolist()
    tested = [part.split for part in parts if part.name == "test"]
    assert tested == list(range(len(splits)))


def test_a_part_is_encoded_by_what_is_trained_on_for_it(features):
    task = PriceTask.from_frame(features)
    valid, test = task.tables(task.parts([SPLIT]))
    # Trained on rows 0 and 1 no gap is known of, on rows 0 to 2 the median fills it.
    assert valid.numeric == test.numeric == 2
    assert valid.x[2].tolist() == [2.0, 1.5, 1.0, 0.0]
    assert test.x[2].tolist() == [2.0, 1.5, 1.0, 1.0, 0.0]
    assert valid.x[4, 2:].tolist() == [0.0, 0.0]


def test_the_encoder_takes_the_settings_of_the_task(features):
    task = PriceTask.from_frame(features, min_frequency=2)
    encoded = task.encoded(Split(np.arange(5), np.arange(0), np.arange(0)))
    assert encoded.names == ["area", "rooms", "missing_rooms", "zone_a", "zone_b", "zone_rare"]
    np.testing.assert_array_equal(task.encoder().fit_transform(task.columns), encoded.x)


def test_predictions_stand_beside_the_prices_and_their_mean_is_taken_in_prices(features):
    task = PriceTask.from_frame(features, log_price=True)
    parts = task.parts([SPLIT])
    learnt = [np.log([[30.0], [50.0]]), np.log([[70.0, 100.0], [90.0, 300.0]])]
    frame = task.predictions(parts, learnt, seeds=[4, 7])
    assert frame.columns.tolist() == [
        *("split", "row", "part", "actual"),
        *("seed_4", "seed_7", "prediction"),
    ]
    assert frame["row"].tolist() == [2, 3, 4]
    assert frame["part"].tolist() == ["valid", "test", "test"]
    assert frame["actual"].tolist() == [40.0, 80.0, 160.0]
    np.testing.assert_allclose(frame["seed_7"], [50.0, 90.0, 300.0])
    np.testing.assert_allclose(frame["prediction"], [40.0, 80.0, 200.0])


def test_predictions_without_seeds_have_no_columns_of_seeds(features):
    task = PriceTask.from_frame(features)
    parts = task.parts([SPLIT])[1:]
    frame = task.predictions(parts, [np.array([[1.0, 2.0]])])
    assert frame.columns.tolist() == ["split", "row", "part", "actual", "prediction"]
    assert frame["prediction"].tolist() == [1.0, 2.0]


def test_nothing_predicted_is_an_empty_frame_with_the_same_columns(features):
    frame = PriceTask.from_frame(features).predictions([], [], seeds=[0])
    assert frame.empty
    assert frame.columns.tolist() == ["split", "row", "part", "actual", "seed_0", "prediction"]
