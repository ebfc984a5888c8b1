import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.tag_predictions import by_sentence, checked_tags


def test_words_and_hits_of_each_sentence(tagged):
    sentences = by_sentence(tagged)
    assert list(sentences.index) == [("test", 0), ("test", 1), ("valid", 0)]
    assert sentences["words"].tolist() == [3, 1, 1]
    assert sentences["hits"].tolist() == [2.0, 1.0, 1.0]
    assert sentences["whole"].tolist() == [0.0, 1.0, 1.0]


def test_of_several_seeds_the_hits_are_means(two_seeds):
    sentences = by_sentence(two_seeds)
    assert sentences["words"].tolist() == [3, 1, 1]
    assert sentences["hits"].tolist() == [2.5, 1.0, 1.0]
    assert sentences["whole"].tolist() == [0.5, 1.0, 1.0]


def test_no_words_at_all_are_refused(tagged):
    with pytest.raises(DataError, match="no tagged words"):
        checked_tags(tagged[:0])


def test_a_word_without_a_tag_is_named(tagged):
    with pytest.raises(DataError, match=r"word 2 \('fish'\) of sentence 1 of the test part has no"):
        checked_tags(tagged.assign(predicted=tagged["predicted"].where(tagged.index != 1)))


def test_a_word_that_is_there_twice_is_named(tagged):
    twice = pd.concat([tagged, tagged[3:4]])
    with pytest.raises(DataError, match=r"word 1 \('Stop'\) of sentence 2 of the test part .* twi"):
        checked_tags(twice)
