import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.tag_bootstrap import accuracy_gain, token_accuracy_interval


def sentences(hits: list[int], words: int = 4) -> pd.DataFrame:
    """Sentences of so many words, of which the first are right."""
    sentence = np.repeat(np.arange(len(hits)), words)
    position = np.tile(np.arange(words), len(hits))
    right = position < np.repeat(hits, words)
    return pd.DataFrame(
        {"part": "test", "sentence": sentence, "position": position, "form": "x", "actual": "A"}
        | {"predicted": np.where(right, "A", "B"), "known": True}
    )


def test_the_interval_resamples_sentences_not_words():
    accurate = sentences([4, 4, 4, 0] * 25)  # 75 % right, all or nothing in a sentence
    low, high = token_accuracy_interval(accurate)
    # The standard error of a share of 100 sentences; that of 400 words would be half of it.
    error = np.sqrt(0.75 * 0.25 / 100)
    assert low == pytest.approx(0.75 - 1.96 * error, abs=0.015)
    assert high == pytest.approx(0.75 + 1.96 * error, abs=0.015)
    assert (low, high) == token_accuracy_interval(accurate.sample(frac=1, random_state=0))


def test_one_sentence_has_no_interval_and_no_test():
    assert np.isnan(token_accuracy_interval(sentences([3]))).all()
    gain = accuracy_gain(sentences([3]), sentences([1]))
    assert gain.gain == 0.5
    assert np.isnan(gain.p_value)


def test_a_clear_gain_is_no_luck_and_a_small_one_may_be():
    rival = sentences([3, 2] * 50)
    clear = accuracy_gain(sentences([4, 3] * 50), rival)
    assert clear.gain == pytest.approx(0.25)
    assert clear.p_value < 0.001
    assert accuracy_gain(rival, sentences([4, 3] * 50)).gain == pytest.approx(-0.25)
    slight = accuracy_gain(sentences([3, 2] * 49 + [4, 2]), rival)
    assert slight.gain == pytest.approx(1 / 400)
    assert slight.p_value > 0.2


def test_the_p_value_is_about_that_of_the_normal_distribution():
    random = np.random.default_rng(1)
    first, second = (sentences(list(random.integers(0, 5, 300))) for _ in range(2))
    hits = [
        (frame["predicted"] == "A").groupby(frame["sentence"]).sum() for frame in (first, second)
    ]
    difference = hits[0] - hits[1]
    from scipy.special import ndtr

    z = difference.mean() / difference.sem()
    assert accuracy_gain(first, second).p_value == pytest.approx(2 * ndtr(-abs(z)), abs=0.04)


def test_equal_taggers_have_p_value_1():
    assert accuracy_gain(sentences([3, 2]), sentences([3, 2])) == (0.0, 1.0)


def test_taggers_of_different_words_cannot_be_compared():
    with pytest.raises(DataError, match="8 words in 2 sentences and another one on 4 in 1"):
        accuracy_gain(sentences([3, 2]), sentences([3]))


def test_a_sentence_is_drawn_with_its_own_hits_and_words():
    faultless = pd.concat(
        [sentences([9] * 5, words=9), sentences([1] * 5, words=1).assign(part="valid")]
    )
    assert token_accuracy_interval(faultless) == (1.0, 1.0)
