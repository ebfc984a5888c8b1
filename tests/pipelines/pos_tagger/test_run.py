"""The whole pipeline: on the book's sentences as users run it, and on a small treebank."""

import json
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.data.vocabulary import Vocabulary
from tests.pipelines.pos_tagger.conftest import BASELINES, JUDGED, NETWORKS, OWN, Finished
from tests.pipelines.pos_tagger.small_treebank import NEW_NOUN, UNSEEN_TAG

PREFIXES = {"test": "", "valid": "validation_", "train": "training_"}


def told(frame: pd.DataFrame) -> Iterator[tuple[str, float]]:
    """Accuracies of the test words, and of other parts that were tagged, counted anew."""
    for part, words in frame.groupby("part"):
        right = words["actual"] == words["predicted"]
        whole = right.groupby(words["sentence"]).all()
        yield f"{PREFIXES[part]}token_accuracy", right.sum() / len(right)
        yield f"{PREFIXES[part]}sentence_accuracy", whole.sum() / len(whole)
        if not words["known"].all():
            new = right[~words["known"]]
            yield f"{PREFIXES[part]}unknown_accuracy", new.sum() / len(new)


def known_to(finished: Finished, network: str) -> Vocabulary:
    return Vocabulary.from_dict(finished.weights(network).header["vocabulary"])


def test_the_metrics_hold_what_is_promised_as_finite_numbers(finished):
    metrics = finished.metrics
    figures = ("token_accuracy", "sentence_accuracy", "kfold.token_accuracy")
    promised = {f"{model}.{figure}" for model in (*NETWORKS, *BASELINES) for figure in figures}
    promised |= {"token_accuracy", "sentence_accuracy", "baseline_accuracy"}
    promised |= {f"{network}.train_seconds" for network in NETWORKS}
    assert set(metrics) >= promised
    assert all(np.isfinite(value) for value in metrics.values())
    assert ("unknown_accuracy" in metrics) == (finished.treebank == OWN)


@pytest.mark.parametrize("model", [*NETWORKS, *BASELINES])
def test_accuracies_follow_from_the_stored_votes(finished, model):
    metrics = finished.metrics
    own = {
        name.removeprefix(f"{model}."): value
        for name, value in metrics.items()
        if name.startswith(f"{model}.")
    }
    counted = dict(told(finished.votes(model)))
    assert own.items() >= counted.items()
    accuracies = {name for name in own if name.endswith("_accuracy") and "." not in name}
    assert accuracies == set(counted)


def test_the_judged_network_has_its_figures_without_a_prefix(finished):
    metrics = finished.metrics
    judged = JUDGED[finished.treebank]
    for name, value in told(finished.votes(judged)):
        assert metrics[name] == value
    tags = json.loads((finished.reports / "tags.json").read_text())
    assert tags["judged"] == finished.weights(judged).header["name"]
    rivals = [metrics[f"{name}.token_accuracy"] for name in BASELINES]
    assert metrics["baseline_accuracy"] == max(rivals)


@pytest.mark.parametrize("network", NETWORKS)
def test_figures_of_seeds_are_means_over_their_own_networks(small, network):
    metrics, frame = small.metrics, small.predictions(network)
    assert frame["seed"].unique().tolist() == [2, 10]
    by_seed = pd.DataFrame(dict(told(words)) for _, words in frame.groupby("seed"))
    for name, values in by_seed.items():
        assert metrics[f"{network}.seeds.{name}"] == pytest.approx(values.mean())
        assert metrics[f"{network}.seeds.{name}_sd"] == pytest.approx(values.std())


@pytest.mark.parametrize("model", [*NETWORKS, *BASELINES])
def test_every_training_sentence_is_tagged_in_one_fold(small, model):
    frame = pd.read_parquet(small.outputs / model / "kfold_predictions.parquet")
    assert frame.groupby("fold")["sentence"].nunique().tolist() == [10, 10]
    train = small.tokens.query("part == 'train'")
    tagged = frame.sort_values(["sentence", "position"], ignore_index=True)
    assert tagged["form"].tolist() == train["form"].tolist()
    assert tagged["actual"].tolist() == train["tag"].tolist()
    right = (frame["actual"] == frame["predicted"]).groupby(frame["fold"]).mean()
    assert small.metrics[f"{model}.kfold.token_accuracy"] == pytest.approx(right.mean())


@pytest.mark.parametrize("network", NETWORKS)
def test_networks_of_the_book_tag_training_and_test_sentences_right(book, network):
    votes = book.votes(network)
    assert votes.groupby("part").size().to_dict() == {"train": 9, "test": 4}
    assert (votes["predicted"] == votes["actual"]).all()
    test = votes[votes["part"] == "test"]
    assert (test["form"] + "/" + test["predicted"]).str.cat(sep=" ") == (
        "They/NN ate/V the/DET fish/NN"
    )
    assert book.metrics[f"{network}.training_token_accuracy"] == 1.0


def test_the_book_learns_as_the_book_says(book):
    header = book.weights("word_lstm").header
    assert header["network"] == {"embedding": 10, "hidden": 3}
    history = pd.read_parquet(book.models / "word_lstm_history.parquet")
    assert (len(history), history["lr"].unique().tolist()) == (400, [0.1])
    assert history["train_loss"].iloc[0] > 1.0
    assert history["train_loss"].iloc[-1] < 0.1


def test_votes_are_those_of_the_mean_probability(small):
    predictions, votes = small.predictions("char_bilstm"), small.votes("char_bilstm")
    first, second = (part.reset_index() for _, part in predictions.groupby("seed"))
    agreed = first["predicted"] == second["predicted"]
    assert 0 < agreed.sum() < len(votes)
    assert (votes["predicted"][agreed] == first["predicted"][agreed]).all()
    mean = (first["confidence"] + second["confidence"]) / 2
    np.testing.assert_allclose(votes["confidence"][agreed], mean[agreed])
    assert (votes["confidence"][~agreed] < mean[~agreed] + 1e-12).all()


@pytest.mark.parametrize("model", [*NETWORKS, *BASELINES])
def test_a_tag_that_training_has_not_is_counted_as_wrong(small, model):
    votes = small.votes(model)
    odd = votes[votes["actual"] == UNSEEN_TAG]
    assert len(odd) == 1
    assert UNSEEN_TAG not in set(votes["predicted"])
    per_tag = pd.read_csv(small.outputs / model / "per_tag.csv").set_index("tag")
    assert (per_tag.loc[UNSEEN_TAG, "recall"], per_tag.loc[UNSEEN_TAG, "support"]) == (0.0, 1)
    confusion = pd.read_csv(small.outputs / model / "confusion.csv").set_index("actual")
    assert confusion.loc[UNSEEN_TAG].sum() == 1
    assert confusion[UNSEEN_TAG].sum() == 0


def test_a_word_with_a_vector_is_still_one_that_was_not_trained_on(small):
    forms = known_to(small, "word_lstm").forms
    assert forms[NEW_NOUN] == 0 < forms["cat"]
    votes = small.votes("word_lstm").set_index("form")
    assert not votes.loc[NEW_NOUN, "known"]
    assert votes.loc["saw", "known"].all()


def test_a_spread_over_seeds_is_told_only_where_there_are_several(book, small):
    assert not [name for name in book.metrics if ".seeds." in name]
    assert [name for name in small.metrics if ".seeds." in name]


def test_further_labels_are_learnt_beside_the_tags(small):
    labels = known_to(small, "char_bilstm").labels
    assert list(labels) == ["tag", "xpos", "feats", "deprel"]
    assert labels["xpos"] == ("", "NN")
    history = pd.read_parquet(small.models / "char_bilstm_history.parquet")
    assert (history["train_loss"] > history["train_tag_loss"]).all()
    assert list(known_to(small, "word_lstm").labels) == ["tag"]


def test_the_judged_network_is_kept_for_pos_tag(finished):
    judged = JUDGED[finished.treebank]
    kept = finished.models.parent / "weights.safetensors"
    assert kept.read_bytes() == (finished.models / f"{judged}.safetensors").read_bytes()
