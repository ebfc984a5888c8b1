"""Small treebanks and tagged words: fixtures for `conftest`."""

import pandas as pd
import pytest

COLUMNS = ["part", "sentence", "position", "form", "actual", "predicted", "confidence", "known"]


@pytest.fixture
def book_tokens() -> pd.DataFrame:
    """The book's two training sentences and its test sentence (7.7)."""
    sentences = [
        ("train", 0, "The cat ate the fish", "DET NN V DET NN"),
        ("train", 1, "They read that book", "NN V DET NN"),
        ("test", 0, "They ate the fish", "NN V DET NN"),
    ]
    rows = [
        (part, sentence, position, form, tag)
        for part, sentence, text, tags in sentences
        for position, (form, tag) in enumerate(zip(text.split(), tags.split(), strict=True))
    ]
    return pd.DataFrame(rows, columns=["part", "sentence", "position", "form", "tag"])


@pytest.fixture
def tagged() -> pd.DataFrame:
    """Four test words in two sentences, one of them wrong, and a validation word that is right."""
    rows = [
        ("test", 0, 0, "They", "PRON", "PRON", 0.9, True),
        ("test", 0, 1, "fish", "VERB", "NOUN", 0.6, True),
        ("test", 0, 2, "trout", "NOUN", "NOUN", 0.7, False),
        ("test", 1, 0, "Stop", "VERB", "VERB", 0.8, True),
        ("valid", 0, 0, "Go", "VERB", "VERB", 0.8, False),
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.fixture
def tagged_test(tagged) -> pd.DataFrame:
    return tagged[tagged["part"] == "test"]


@pytest.fixture
def two_seeds(tagged) -> pd.DataFrame:
    """Seed 3 errs once in the test part, seed 1 never."""
    right = tagged.assign(predicted=tagged["actual"], seed=1)
    return pd.concat([tagged.assign(seed=3), right], ignore_index=True)
