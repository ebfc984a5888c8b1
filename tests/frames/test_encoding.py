import numpy as np
import pandas as pd
import pytest
import skops.io
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.frames.encoding import Encoded, encode

TRAIN = np.arange(6)


@pytest.fixture
def features() -> pd.DataFrame:
    """Six rows to train on, two held out, the last with a word of its own."""
    return pd.DataFrame(
        {
            "price": np.arange(1.0, 9.0),
            "area": [1.0, 2.0, np.nan, 4.0, 5.0, 9.0, np.nan, 100.0],
            "same": [3.0] * 7 + [4.0],
            "street": ["a", "a", "a", "b", "b", "c", "a", "z"],
        }
    )


def _encode(features: pd.DataFrame, **settings) -> Encoded:
    return encode(features, np.log(features["price"].to_numpy()), TRAIN, **settings)


def test_golden_values_by_hand(features):
    encoded = _encode(features, min_frequency=2)
    assert encoded.names == ["area", "missing_area", "street_a", "street_b", "street_rare"]
    assert encoded.numeric == 1
    assert encoded.x.tolist() == [
        [1.0, 0.0, 1.0, 0.0, 0.0],
        [2.0, 0.0, 1.0, 0.0, 0.0],
        [4.0, 1.0, 1.0, 0.0, 0.0],  # the median of 1, 2, 4, 5, 9
        [4.0, 0.0, 0.0, 1.0, 0.0],
        [5.0, 0.0, 0.0, 1.0, 0.0],
        [9.0, 0.0, 0.0, 0.0, 1.0],
        [4.0, 1.0, 1.0, 0.0, 0.0],
        [100.0, 0.0, 0.0, 0.0, 1.0],  # a word never met is a rare one
    ]


def test_a_word_never_met_is_all_zeros_without_rare_words(features):
    encoded = _encode(features)
    assert encoded.names[2:] == ["street_a", "street_b", "street_c"]
    assert encoded.x[7, 2:].tolist() == [0.0, 0.0, 0.0]


def test_a_column_without_any_value_in_training_vanishes(features):
    features.loc[:5, "area"] = np.nan
    assert "area" not in _encode(features).names


def test_numbers_alone_and_words_alone_are_encoded(features):
    assert _encode(features[["price", "area"]]).names == ["area", "missing_area"]
    words = _encode(features[["price", "street"]])
    assert (words.names, words.numeric) == (["street_a", "street_b", "street_c"], 0)


def test_target_means_are_cross_fitted_numbers(features):
    encoded = _encode(features, target_encode=["street"])
    assert encoded.names == ["area", "street", "missing_area"]
    assert encoded.numeric == 2
    # Rows to learn from see the mean of other rows only; later rows see that of all.
    known = encoded.encoder.transform(features)
    assert not np.array_equal(encoded.x[:6, 1], known[:6, 1])
    assert np.array_equal(encoded.x[6:], known[6:])
    targets = np.log(np.arange(1.0, 7.0))
    assert encoded.x[7, 1] == pytest.approx(targets.mean())


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6) | st.just(np.nan), min_size=2, max_size=2), st.text(max_size=3)
)
def test_nothing_held_out_reaches_what_is_fitted(numbers, word):
    before = pd.DataFrame(
        {"price": 1.0, "area": [1.0, 2.0, None, 4.0, 5.0, 9.0, 7.0, 8.0], "street": [*"aabbccab"]}
    )
    after = before.copy()
    after.loc[6:, "area"] = numbers
    after.loc[6:, "street"] = word
    target = np.arange(8.0)
    moved = np.concatenate([target[:6], [1e9, -1e9]])
    recipe = {"min_frequency": 2, "target_encode": ["street"]}
    first, second = encode(before, target, TRAIN, **recipe), encode(after, moved, TRAIN, **recipe)
    assert first.x[TRAIN].tobytes() == second.x[TRAIN].tobytes()
    assert first.names == second.names
    rows = before.loc[6:]
    assert first.encoder.transform(rows).tobytes() == second.encoder.transform(rows).tobytes()


def test_the_same_rows_give_the_same_bits(features):
    first, second = (_encode(features, target_encode=["street"]) for _ in range(2))
    assert first.x.tobytes() == second.x.tobytes()


def test_the_encoder_is_stored_without_types_of_our_own(features):
    encoder = _encode(features, min_frequency=2, target_encode=["street"]).encoder
    stored = skops.io.dumps(encoder)
    types = skops.io.get_untrusted_types(data=stored)
    assert all(name.startswith(("sklearn.", "numpy.")) for name in types)
    loaded = skops.io.loads(stored, trusted=types)
    assert np.array_equal(loaded.transform(features), encoder.transform(features))


def test_rows_that_are_all_alike_are_an_error(features):
    with pytest.raises(DataError, match="no feature varies over the 6 training rows"):
        _encode(features.assign(area=1.0, street="a"))


def test_target_means_need_words(features):
    with pytest.raises(SettingError, match=r"'target_encode' names area, .* choose from street"):
        _encode(features, target_encode=["area"])
