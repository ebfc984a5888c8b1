import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.tag_baselines import BASELINES, affix_logistic, most_frequent

COLUMNS = ["part", "sentence", "position", "form", "actual", "predicted", "confidence", "known"]
EVERY = pytest.mark.parametrize("baseline", BASELINES.values(), ids=BASELINES)


def _tokens(**parts: str) -> pd.DataFrame:
    """A treebank of sentences such as 'fish/NOUN swim/VERB', separated by ' | '."""
    rows = [
        (part, number, position, *word.split("/"))
        for part, text in parts.items()
        for number, sentence in enumerate(text.split(" | "))
        for position, word in enumerate(sentence.split())
    ]
    return pd.DataFrame(rows, columns=["part", "sentence", "position", "form", "tag"])


@EVERY
def test_the_book_s_sentences_are_tagged_right(baseline, book_tokens):
    frame = baseline(book_tokens)
    assert list(frame.columns) == COLUMNS
    assert frame["form"].tolist() == ["They", "ate", "the", "fish"]
    assert frame["predicted"].tolist() == frame["actual"].tolist() == ["NN", "V", "DET", "NN"]
    assert frame["confidence"].between(0, 1).all()
    assert frame["known"].all()


@EVERY
def test_a_treebank_of_one_tag_is_learnt(baseline):
    frame = baseline(_tokens(train="a/X b/X", test="c/X a/Y"))
    assert frame["predicted"].tolist() == ["X", "X"]
    assert frame["confidence"].tolist() == [1.0, 1.0]
    assert frame["known"].tolist() == [False, True]


@EVERY
def test_only_the_training_part_is_learnt_from(baseline, book_tokens):
    changed = book_tokens.assign(
        tag=book_tokens["tag"].where(book_tokens["part"] == "train", "DET")
    )
    pd.testing.assert_frame_equal(
        baseline(changed).drop(columns="actual"), baseline(book_tokens).drop(columns="actual")
    )


@EVERY
def test_without_a_training_part_there_is_nothing_to_learn(baseline, book_tokens):
    with pytest.raises(DataError, match="no words to learn from"):
        baseline(book_tokens[book_tokens["part"] == "test"])


@EVERY
def test_without_other_parts_there_is_nothing_to_tag(baseline, book_tokens):
    frame = baseline(book_tokens[book_tokens["part"] == "train"])
    assert frame.empty
    assert list(frame.columns) == COLUMNS


def test_a_word_gets_its_most_frequent_tag():
    tokens = _tokens(train="run/VERB run/VERB run/NOUN a/X a/X", test="run/VERB")
    frame = most_frequent(tokens)
    assert frame["predicted"].tolist() == ["VERB"]
    assert frame["confidence"].tolist() == [2 / 3]


def test_of_equally_frequent_tags_the_first_by_alphabet_counts():
    assert most_frequent(_tokens(train="a/X a/B", test="a/X"))["predicted"].tolist() == ["B"]


def test_an_unknown_word_is_taken_for_one_seen_once():
    tokens = _tokens(train="a/DET a/DET a/DET fish/NOUN cat/NOUN go/VERB", test="dog/NOUN")
    frame = most_frequent(tokens)
    assert frame["predicted"].tolist() == ["NOUN"]
    assert frame["confidence"].tolist() == [2 / 3]
    everything_twice = _tokens(train="a/DET a/DET a/DET go/VERB go/VERB", test="dog/NOUN")
    assert most_frequent(everything_twice)["predicted"].tolist() == ["DET"]


def test_letters_tell_the_tag_of_an_unknown_word():
    train = " | ".join(f"{stem}ing/VERB {stem}ness/NOUN" for stem in ("walk", "sing", "swim", "do"))
    frame = affix_logistic(_tokens(train=train, test="reading/VERB sadness/NOUN"))
    assert frame["predicted"].tolist() == ["VERB", "NOUN"]
    assert not frame["known"].any()


def test_neighbours_tell_the_tag_of_an_ambiguous_word():
    train = " | ".join(["the/DET walk/NOUN", "they/PRON walk/VERB"] * 5)
    frame = affix_logistic(_tokens(train=train, test="the/DET walk/NOUN | they/PRON walk/VERB"))
    assert frame["predicted"].tolist() == ["DET", "NOUN", "PRON", "VERB"]


def test_neighbours_end_at_the_sentence():
    """The same word first in its sentence: what ends the sentence before must not count."""
    train = " | ".join(["x/X go/VERB", "y/X go/NOUN", "go/ADV"] * 3)
    one = affix_logistic(_tokens(train=train, test="x/X | go/ADV"))
    other = affix_logistic(_tokens(train=train, test="y/X | go/ADV"))
    assert one["confidence"].iloc[-1] == other["confidence"].iloc[-1]


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(13)))
def test_rows_may_come_in_any_order(order):
    tokens = _tokens(
        train="The/DET cat/NN ate/V the/DET fish/NN | They/NN read/V that/DET book/NN",
        test="They/NN ate/V the/DET fish/NN",
    )
    for baseline in BASELINES.values():
        expected = baseline(tokens)
        pd.testing.assert_frame_equal(baseline(tokens.iloc[order]), expected)
