import pandas as pd
import pytest

from dl_pipelines.evaluation.tag_errors import (
    accuracy_by_frequency,
    most_confused,
    sample_sentences,
)


@pytest.fixture
def mistaken() -> pd.DataFrame:
    """One sentence: three nouns taken for verbs, a verb for a noun, two nouns right."""
    forms = ["walk", "fish", "fish", "swim", "cat", "dog"]
    return pd.DataFrame(
        {"part": "test", "sentence": 0, "position": range(6), "form": forms}
        | {"actual": ["N", "N", "N", "V", "N", "N"], "predicted": ["V", "V", "V", "N", "N", "N"]}
    )


def test_the_most_frequent_mistakes_come_first_with_their_words(mistaken):
    table = most_confused(mistaken)
    assert table["actual"].tolist() == ["N", "V"]
    assert table["predicted"].tolist() == ["V", "N"]
    assert table["words"].tolist() == [3, 1]
    assert table["share"].tolist() == [3 / 5, 1.0]
    assert table["examples"].tolist() == ["fish, walk", "swim"]
    assert most_confused(mistaken, 1)["actual"].tolist() == ["N"]


def test_without_mistakes_no_pair_is_confused(mistaken):
    assert most_confused(mistaken[4:]).empty


def test_accuracy_by_how_often_a_word_was_trained_on(mistaken):
    counts = {"walk": 1, "fish": 2, "swim": 6, "cat": 21}
    forms = [form for form, count in counts.items() for _ in range(count)]
    train = pd.DataFrame({"part": "train", "form": forms})
    other = pd.DataFrame({"part": "test", "form": ["dog"] * 9})  # no training
    table = accuracy_by_frequency(mistaken, pd.concat([train, other])).set_index("seen")
    assert list(table.index) == ["0", "1", "2–5", "6–20", "more than 20"]
    assert table["words"].tolist() == [1, 1, 2, 1, 1]
    assert table["token_accuracy"].tolist() == [1.0, 0.0, 0.0, 0.0, 1.0]


def test_sentences_are_drawn_at_random_and_whole():
    sizes = [3, 30, 2, 4]
    rows = [("test", number, place) for number, size in enumerate(sizes) for place in range(size)]
    frame = pd.DataFrame(rows, columns=["part", "sentence", "position"])
    drawn = sample_sentences(frame, 2, seed=1)
    assert drawn.equals(sample_sentences(frame, 2, seed=1))
    assert drawn["sentence"].nunique() == 2
    assert 1 not in set(drawn["sentence"])  # too long to show
    assert (
        drawn.groupby("sentence")
        .size()
        .eq([sizes[number] for number in drawn["sentence"].unique()])
        .all()
    )
    assert sample_sentences(frame, 9)["sentence"].nunique() == 3
    assert sample_sentences(frame, 9, longest=1)["sentence"].nunique() == 4
