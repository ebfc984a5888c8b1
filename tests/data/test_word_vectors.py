import numpy as np
import pytest

from dl_pipelines.data.vocabulary import Vocabulary
from dl_pipelines.data.word_vectors import placed_vectors
from tests.tagged import tokens

WORDS = ["Zanzibar", "The", "the", "they", "cat"]
VALUES = np.arange(10, dtype=np.float32).reshape(5, 2)


def vocabulary(*, lower_case: bool) -> Vocabulary:
    train = tokens("The/DET dog/NN They/PRON")
    return Vocabulary.fit(train, lower_case=lower_case, more=WORDS)


def test_vectors_stand_at_the_numbers_of_their_words():
    placed = placed_vectors(vocabulary(lower_case=False), WORDS, VALUES)
    names = ["", *vocabulary(lower_case=False).words]
    assert names == ["", "The", "dog", "They", "Zanzibar", "the", "they", "cat"]
    expected = dict(zip(WORDS, VALUES.tolist(), strict=True))
    for name, row in zip(names, placed.tolist(), strict=True):
        assert row == pytest.approx(expected.get(name, [np.nan] * 2), nan_ok=True)


def test_of_words_that_share_a_number_the_one_in_small_letters_counts():
    known = vocabulary(lower_case=True)
    placed = dict(zip(["", *known.words], placed_vectors(known, WORDS, VALUES), strict=True))
    assert placed["the"].tolist() == VALUES[2].tolist()
    assert placed["they"].tolist() == VALUES[3].tolist()
    assert placed["zanzibar"].tolist() == VALUES[0].tolist()  # known in capitals only
    assert np.isnan(placed["dog"]).all() and np.isnan(placed[""]).all()
