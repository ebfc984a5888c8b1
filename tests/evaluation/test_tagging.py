import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.evaluation.tagging import (
    confusion,
    evaluate_tags,
    metrics_by_seed,
    per_tag,
    tagger_metrics,
)

TAGS = st.sampled_from(["NOUN", "VERB", "X"])
WORD = st.tuples(TAGS, TAGS, st.booleans())
SENTENCES = st.lists(st.lists(WORD, min_size=1, max_size=4), min_size=1, max_size=5)


def _frame(sentences: list[list[tuple[str, str, bool]]]) -> pd.DataFrame:
    rows = [
        ("test", sentence, position, f"{actual}{position}", actual, predicted, known)
        for sentence, words in enumerate(sentences)
        for position, (actual, predicted, known) in enumerate(words)
    ]
    columns = ["part", "sentence", "position", "form", "actual", "predicted", "known"]
    return pd.DataFrame(rows, columns=columns)


def test_figures_of_one_tagger(tagged_test):
    metrics = evaluate_tags(tagged_test)
    assert metrics.pop("token_accuracy_low") == pytest.approx(2 / 3)  # the first sentence twice
    assert metrics == {
        "token_accuracy": 0.75,
        "sentence_accuracy": 0.5,
        "unknown_accuracy": 1.0,
        "token_accuracy_high": 1.0,
        "tokens": 4.0,
        "sentences": 2.0,
        "unknown_words": 1.0,
    }


def test_without_unknown_words_or_a_second_sentence_there_are_fewer_figures(tagged_test):
    metrics = evaluate_tags(tagged_test[:2])
    assert "unknown_accuracy" not in metrics
    assert not {"token_accuracy_low", "token_accuracy_high"} & set(metrics)
    assert (metrics["tokens"], metrics["unknown_words"]) == (2.0, 0.0)


def test_seeds_do_not_multiply_the_words(two_seeds):
    metrics = evaluate_tags(two_seeds[two_seeds["part"] == "test"])
    assert (metrics["tokens"], metrics["sentences"], metrics["unknown_words"]) == (4, 2, 1)
    assert metrics["token_accuracy"] == 0.875
    assert metrics["sentence_accuracy"] == 0.75


@settings(max_examples=25, deadline=None)
@given(SENTENCES, st.randoms(use_true_random=False))
def test_figures_are_fractions_whatever_the_order_of_the_sentences(sentences, random):
    metrics = evaluate_tags(_frame(sentences))
    shuffled = random.sample(sentences, len(sentences))
    for name, value in evaluate_tags(_frame(shuffled)).items():
        if not name.startswith("token_accuracy_"):  # draws of sentences depend on their order
            assert value == pytest.approx(metrics[name])
    shares = {name: value for name, value in metrics.items() if "accuracy" in name}
    assert all(0.0 <= value <= 1.0 for value in shares.values())
    words = sum(map(len, sentences))
    assert metrics["tokens"] == words
    right = sum(actual == predicted for sentence in sentences for actual, predicted, _ in sentence)
    assert metrics["token_accuracy"] == pytest.approx(right / words)


def test_every_seed_has_its_figures_in_the_order_of_the_frame(two_seeds):
    table = metrics_by_seed(two_seeds)
    assert table["seed"].tolist() == [3, 1]
    assert table["token_accuracy"].tolist() == [0.75, 1.0]
    assert table["sentence_accuracy"].tolist() == [0.5, 1.0]
    assert table["validation_token_accuracy"].tolist() == [1.0, 1.0]


def test_all_figures_flat(two_seeds):
    metrics = tagger_metrics(two_seeds)
    assert metrics["token_accuracy"] == 0.875
    assert metrics["token_accuracy_sd"] == pytest.approx(np.std([0.75, 1.0], ddof=1))
    assert metrics["validation_sentence_accuracy"] == 1.0
    assert metrics["tokens"] == 4.0
    assert all(isinstance(value, float) for value in metrics.values())


def test_a_treebank_without_a_validation_part_has_figures_of_the_test_only(two_seeds):
    metrics = tagger_metrics(two_seeds[two_seeds["part"] == "test"])
    assert not [name for name in metrics if name.startswith("validation")]


def test_a_tag_that_nobody_could_learn_is_a_row_that_is_never_predicted(tagged_test):
    strange = tagged_test.assign(actual=["PRON", "SYM", "NOUN", "VERB"])
    table = per_tag(strange).set_index("tag")
    assert list(table.index) == ["NOUN", "PRON", "SYM", "VERB"]
    assert table["support"].tolist() == [1, 1, 1, 1]
    assert table.loc["SYM", "recall"] == 0.0
    assert np.isnan(table.loc["SYM", "precision"])
    assert table.loc["NOUN", "precision"] == 0.5
    assert table.loc["NOUN", "f1"] == pytest.approx(2 / 3)
    counts = confusion(strange)
    assert counts.loc["SYM"].tolist() == [1, 0, 0, 0]
    assert counts["SYM"].sum() == 0
    assert counts.to_numpy().trace() == 3
