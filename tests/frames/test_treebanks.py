"""What a treebank holds."""

import pandas as pd

from dl_pipelines.frames.treebanks import treebank_report, words_of
from tests.tagged import tokens


def test_the_report_counts_each_part() -> None:
    treebank = pd.concat(
        [
            tokens("The/DET cat/NOUN saw/VERB the/DET cat/NOUN", "Go/VERB"),
            tokens("Dogs/NOUN go/VERB", part="valid"),
            tokens("the/DET cat/NOUN", "Wow/INTJ", "x/X y/X", part="test"),
        ],
        ignore_index=True,
    )
    treebank.attrs = {"dataset": "small", "source": "own file"}
    assert treebank_report(treebank) == {
        "treebank": "small",
        "source": "own file",
        "train": {
            "sentences": 2,
            "words": 6,
            "longest_sentence": 5,
            "unknown_words": 0,
            "unseen_tags": [],
            "tags": {"DET": 2, "NOUN": 2, "VERB": 2},
        },
        "valid": {
            "sentences": 1,
            "words": 2,
            "longest_sentence": 2,
            "unknown_words": 2,  # "go" is written otherwise in training
            "unseen_tags": [],
            "tags": {"NOUN": 1, "VERB": 1},
        },
        "test": {
            "sentences": 3,
            "words": 5,
            "longest_sentence": 2,
            "unknown_words": 3,
            "unseen_tags": ["INTJ", "X"],
            "tags": {"X": 2, "DET": 1, "NOUN": 1, "INTJ": 1},
        },
    }


def test_a_part_that_is_not_there_is_not_reported() -> None:
    treebank = pd.concat([tokens("a/X"), tokens("b/X", part="test")])
    assert list(treebank_report(treebank)) == ["treebank", "source", "train", "test"]


def test_equal_numbers_of_sentences_of_two_parts_are_not_one_sentence() -> None:
    treebank = pd.concat([tokens("a/X b/X"), tokens("c/X", part="test")])
    report = treebank_report(treebank)
    assert (report["train"]["words"], report["test"]["words"]) == (2, 1)


def test_words_of_a_text() -> None:
    words = words_of([["They", "ate"], ["Go"]])
    expected = pd.DataFrame(
        {
            "part": "text",
            "sentence": [0, 0, 1],
            "position": [0, 1, 0],
            "form": ["They", "ate", "Go"],
        }
    )
    pd.testing.assert_frame_equal(words, expected)
    assert list(words_of([])) == list(expected)
