"""Sentences that nothing may be learnt from are changed; the training must not notice."""

import inspect
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import torch

from dl_pipelines.evaluation.tag_baselines import BASELINES
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params.tagging import TagBaseline, Tagger
from dl_pipelines.pipelines.pos_tagger import nodes
from dl_pipelines.pipelines.pos_tagger.adapters import fitting_settings, folds_of, task_of
from dl_pipelines.training.taggers import fit_taggers
from tests.pipelines.pos_tagger.tagger_settings import LETTERS, SETTINGS, WORDS, treebank

TAGGERS = [WORDS, LETTERS]
by_name = pytest.mark.parametrize("tagger", TAGGERS, ids=lambda tagger: tagger.name)


def given(node: Callable[..., Any], **known: Any) -> dict[str, Any]:
    """The arguments of a node."""
    return {name: (SETTINGS | known)[name] for name in inspect.signature(node).parameters}


def trained(tokens: pd.DataFrame, tagger: Tagger) -> tuple[Weights, pd.DataFrame]:
    arguments = given(nodes.train_holdout, tokens=tokens, tagger=tagger)
    weights, history, _ = nodes.train_holdout(**arguments)
    return weights, history


def same(one: Weights, other: Weights) -> bool:
    assert one.state.keys() == other.state.keys()
    equal = (
        one.state[name].shape == other.state[name].shape
        and torch.equal(one.state[name], other.state[name])
        for name in one.state
    )
    return one.header["vocabulary"] == other.header["vocabulary"] and all(equal)


def disturbed(tokens: pd.DataFrame, rows: "pd.Series[bool]") -> pd.DataFrame:
    """Other words with other tags, new ones among both, in some rows."""
    forms = tokens["form"].where(~rows, tokens["form"] + "\u00fcx")
    return tokens.assign(form=forms, tag=tokens["tag"].where(~rows, "SYM"))


@pytest.fixture(scope="module")
def tokens() -> pd.DataFrame:
    return treebank()


@by_name
def test_weights_and_vocabulary_do_not_know_the_test(tokens, tagger):
    weights, history = trained(tokens, tagger)
    changed = disturbed(tokens, tokens["part"] == "test")
    other, other_history = trained(changed, tagger)
    assert same(weights, other)
    pd.testing.assert_frame_equal(history, other_history, check_exact=True)
    assert weights.header["identity"] == other.header["identity"]


@by_name
def test_weights_do_not_know_what_validates(tokens, tagger):
    weights, history = trained(tokens, tagger)
    valid = tokens["part"] == "valid"
    other, other_history = trained(disturbed(tokens, valid & (tokens["position"] == 0)), tagger)
    assert same(weights, other)
    assert (history["train_loss"] == other_history["train_loss"]).all()
    assert (history["valid_loss"] != other_history["valid_loss"]).all()


@by_name
def test_weights_do_know_what_they_learn_from(tokens, tagger):
    first = (tokens["part"] == "train") & (tokens["sentence"] == 0)
    weights, _ = trained(tokens, tagger)
    other, _ = trained(tokens.assign(tag=tokens["tag"].where(~first, "NOUN")), tagger)
    assert not same(weights, other)


@by_name
def test_sentences_that_are_left_out_are_not_known(tokens, tagger):
    few = SETTINGS["holdout"].model_copy(update={"sentences": 12})
    late = (tokens["part"] == "train") & (tokens["sentence"] >= 12)
    states = [
        nodes.train_holdout(**given(nodes.train_holdout, tokens=each, tagger=tagger, holdout=few))[
            0
        ]
        for each in (tokens, disturbed(tokens, late), tokens[~late])
    ]
    assert same(states[0], states[1])
    assert same(states[0], states[2])


@by_name
def test_k_fold_knows_neither_the_test_nor_what_validates(tokens, tagger):
    arguments = given(nodes.tag_kfold, tokens=tokens, tagger=tagger)
    changed = disturbed(tokens, tokens["part"] != "train")
    one, other = (nodes.tag_kfold(**(arguments | {"tokens": each})) for each in (tokens, changed))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@by_name
def test_a_fold_is_not_known_to_the_network_that_tags_it(tokens, tagger):
    fold = 1
    tested = folds_of(tokens, SETTINGS["kfold"])[fold].query("part == 'test'")["sentence"]
    changed = disturbed(tokens, (tokens["part"] == "train") & tokens["sentence"].isin(tested))
    settings = fitting_settings(
        tagger, SETTINGS["training"], SETTINGS["compute"], SETTINGS["checkpoints"]
    )

    def fitted(tokens: pd.DataFrame) -> list[tuple[Any, Any]]:
        folds = folds_of(tokens, SETTINGS["kfold"])
        known = [task_of(one, tagger, SETTINGS["training"], SETTINGS["vectors"]) for one in folds]
        fits = fit_taggers([task for _, task in known], **settings)
        return [(words, fit.state) for (words, _), (fit,) in zip(known, fits, strict=True)]

    for number, (one, other) in enumerate(zip(fitted(tokens), fitted(changed), strict=True)):
        assert (one[0] == other[0]) == (number == fold)
        if number == fold:
            assert all(torch.equal(one[1][name], other[1][name]) for name in one[1])


@by_name
def test_the_right_tags_of_a_fold_do_not_change_how_it_is_tagged(tokens, tagger):
    arguments = given(nodes.tag_kfold, tokens=tokens, tagger=tagger)
    tested = folds_of(tokens, SETTINGS["kfold"])[0].query("part == 'test'")["sentence"]
    rows = (tokens["part"] == "train") & tokens["sentence"].isin(tested)
    changed = tokens.assign(tag=tokens["tag"].where(~rows, "PUNCT"))
    one, other = (nodes.tag_kfold(**(arguments | {"tokens": each})) for each in (tokens, changed))
    columns = ["form", "predicted", "confidence", "known"]
    equal = one[columns].eq(other[columns]).all(axis=1)
    assert equal[one["fold"] == 0].all()
    assert not equal[one["fold"] == 1].any()


@pytest.mark.parametrize("method", BASELINES)
def test_baselines_do_not_know_what_they_tag(tokens, method):
    baseline = TagBaseline(method=method)
    changed = tokens.assign(tag=tokens["tag"].where(tokens["part"] == "train", "SYM"))
    one, other = (
        nodes.tag_by_baseline(each, SETTINGS["holdout"], baseline) for each in (tokens, changed)
    )
    pd.testing.assert_frame_equal(one.drop(columns="actual"), other.drop(columns="actual"))
    assert (other["actual"] == "SYM").all()


@pytest.mark.parametrize("method", BASELINES)
def test_a_fold_is_not_known_to_the_baseline_that_tags_it(tokens, method):
    baseline = TagBaseline(method=method)
    tested = folds_of(tokens, SETTINGS["kfold"])[0].query("part == 'test'")["sentence"]
    rows = (tokens["part"] == "train") & tokens["sentence"].isin(tested)
    changed = tokens.assign(tag=tokens["tag"].where(~rows, "PUNCT"))
    one, other = (
        nodes.tag_folds_by_baseline(each, SETTINGS["kfold"], baseline) for each in (tokens, changed)
    )
    equal = one["predicted"] == other["predicted"]
    assert equal[one["fold"] == 0].all()
    assert not equal[one["fold"] == 1].all()
