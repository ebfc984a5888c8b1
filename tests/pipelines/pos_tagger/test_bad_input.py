"""Bad input ends a run with one sentence; odd input does not end it.

What else the files may lack is tried in tests/io, what the settings may in tests/params.
"""

import resource
import time
from pathlib import Path
from typing import Any

import click
import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Optimizer
from dl_pipelines.params.tagging import SentenceFolds, SentenceHoldout, WordNet
from dl_pipelines.pipelines.pos_tagger import nodes
from dl_pipelines.pipelines.pos_tagger.adapters import folds_of
from tests.pipelines.pos_tagger.conftest import NAME, OWN, UNTRACKED, small_settings
from tests.pipelines.pos_tagger.small_treebank import NEW_NOUN, SIZE, write_vectors
from tests.pipelines.pos_tagger.tagger_settings import LETTERS, SETTINGS, WORDS, treebank
from tests.pipelines.pos_tagger.test_leaks import given
from tests.real_project import RealProject

INGEST = f"{NAME}.ingest_treebank"
TRAIN = f"{NAME}.word_lstm.train_holdout"


def failure(project: RealProject, params: dict[str, Any], *nodes: str) -> str:
    """The one sentence that a run ends with."""
    with pytest.raises(click.ClickException) as caught:
        project.run(params, pipeline=NAME, node_names=list(nodes))
    sentence = caught.value.message
    assert caught.value.exit_code != 0
    assert "\n" not in sentence.strip() and "Traceback" not in sentence
    return sentence


def part(project: RealProject, name: str) -> Path:
    return project.root / f"treebank/xx_small-ud-{name}.conllu"


def spoilt(project: RealProject) -> None:
    """The third line of the test part has spaces instead of tabs."""
    lines = part(project, "test").read_text().split("\n")
    lines[2] = lines[2].replace("\t", " ")
    part(project, "test").write_text("\n".join(lines))


def empty(project: RealProject) -> None:
    part(project, "train").write_text("")


def without_dev(project: RealProject) -> None:
    part(project, "dev").unlink()


@pytest.mark.parametrize(
    ("damage", "parts"),
    [
        (spoilt, ["xx_small-ud-test.conllu, line 3 has no tab", "write 10 columns"]),
        (empty, ["xx_small-ud-train.conllu holds no sentence"]),
        (without_dev, ["treebank should hold", "if there is no dev, move every tenth sentence"]),
    ],
)
def test_a_wrong_file_is_named_and_leaves_the_words_as_they_were(fresh, damage, parts):
    damage(fresh)
    kept = fresh.root / f"data/03_primary/{NAME}/{OWN}/tokens.parquet"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"of an earlier run")
    sentence = failure(fresh, small_settings(), INGEST)
    for piece in parts:
        assert piece in sentence
    assert kept.read_bytes() == b"of an earlier run"


@pytest.mark.parametrize(
    ("params", "parts"),
    [
        ({"tagger": {"dataset": "nonsense"}}, ["tagger.dataset", "nonsense", "book, ewt, own"]),
        ({"tagger": {"dataset": "own"}}, ["tagger.dataset", "own", "'tagger.path'"]),
        ({"tagger": {"path": "nowhere"}}, ["nowhere should hold the files", "there is none"]),
        ({NAME: {"kfold": {"folds": 1}}}, ["kfold", "folds is 1: set it to 2 or more, or to 0"]),
        ({NAME: {"report": {"judged": "most_frequent"}}}, ["report", "judged", "'char_bilstm'"]),
    ],
    ids=["dataset", "own without a path", "path", "folds", "judged"],
)
def test_a_wrong_setting_is_named(fresh, params, parts):
    sentence = failure(fresh, UNTRACKED | params, INGEST)
    for piece in parts:
        assert piece in sentence


def test_a_broken_line_of_vectors_is_named(fresh):
    with (fresh.root / "vectors.txt").open("a") as file:
        file.write("dog 1 2\n")
    sentence = failure(fresh, small_settings(), INGEST, TRAIN)
    assert "vectors.txt, line 4 has 2 numbers instead of 4" in sentence


def test_vectors_of_another_size_than_the_network_has_are_named(fresh):
    write_vectors(fresh.root / "vectors.txt", SIZE + 1)
    sentence = failure(fresh, small_settings(), INGEST, TRAIN)
    for piece in ("tagger.vectors", "embedding", str(SIZE), str(SIZE + 1)):
        assert piece in sentence


def test_more_folds_than_sentences_are_refused():
    with pytest.raises(SettingError, match=r"'.*folds' is 21, with 20 .* it must be 2 to 20"):
        folds_of(treebank(), SentenceFolds(folds=21))


def test_folds_take_as_many_sentences_as_they_are_told():
    folds = folds_of(treebank(), SentenceFolds(folds=2, sentences=6))
    tested = [set(fold.query("part == 'test'")["sentence"]) for fold in folds]
    assert [len(sentences) for sentences in tested] == [3, 3]
    assert not tested[0] & tested[1]
    for fold, own in zip(folds, tested, strict=True):
        assert set(fold["sentence"]) - own == (tested[0] | tested[1]) - own
    assert folds_of(treebank(), SentenceFolds(folds=0)) == []


CHANGES = {
    "a training word": ("tokens", lambda now: now.assign(form=["x", *now["form"][1:]])),
    "a training tag": ("tokens", lambda now: now.assign(tag=["X", *now["tag"][1:]])),
    "fewer sentences": ("holdout", lambda _: SentenceHoldout(sentences=19)),
    "network": (
        "tagger",
        lambda now: now.model_copy(update={"network": WordNet(embedding=SIZE, hidden=9)}),
    ),
    "epochs": ("training", lambda now: now.model_copy(update={"epochs": 9})),
    "rate": ("training", lambda now: now.model_copy(update={"optimizer": Optimizer(lr=0.5)})),
    "seeds": ("training", lambda now: now.model_copy(update={"seeds": (0, 1)})),
}


@pytest.fixture(scope="module")
def weights() -> Weights:
    arguments = given(nodes.train_holdout, tokens=treebank(), tagger=WORDS)
    return nodes.train_holdout(**arguments)[0]


@pytest.mark.parametrize("change", CHANGES)
def test_weights_of_other_sentences_or_settings_are_refused(weights, change):
    arguments = given(nodes.tag_holdout, tokens=treebank(), tagger=WORDS, weights=weights)
    name, other = CHANGES[change]
    with pytest.raises(SettingError, match=r"'words' .* run its node train_holdout first"):
        nodes.tag_holdout(**(arguments | {name: other(arguments[name])}))


def test_another_name_is_no_other_network(weights):
    named = WORDS.model_copy(update={"name": "another"})
    tokens = treebank()
    _, votes = nodes.tag_holdout(
        **given(nodes.tag_holdout, tokens=tokens, tagger=named, weights=weights)
    )
    assert len(votes) == (tokens["part"] != "train").sum()


def test_words_with_vectors_begin_with_them():
    """A rate next to nothing leaves them as they were."""
    values = [[0.5, -1.0, 2.0, 0.25], [1.0, 2.0, 3.0, 4.0]]
    vectors = {"words": pd.Series(["cat", NEW_NOUN]), "values": pd.DataFrame(values).to_numpy()}
    still = SETTINGS["training"].model_copy(update={"optimizer": Optimizer(name="sgd", lr=1e-12)})
    arguments = given(nodes.train_holdout, tokens=treebank(), tagger=WORDS)
    trained, *_ = nodes.train_holdout(**(arguments | {"vectors": vectors, "training": still}))
    (state,) = trained.members().values()
    forms = [form for form, _ in trained.header["vocabulary"]["forms"]]
    rows = [1 + forms.index(word) for word in vectors["words"]]
    assert state["embedding.weight"][rows].tolist() == values


@pytest.mark.parametrize("tagger", [WORDS, LETTERS], ids=lambda tagger: tagger.name)
def test_a_sentence_of_ten_thousand_words_is_learnt_and_tagged(tagger):
    sentence = [("the", "DET"), ("cat", "NOUN"), ("saw", "VERB"), ("wugs", "NOUN")] * 2500
    tokens = treebank({"train": [sentence], "valid": [sentence[:5]], "test": [sentence]})
    once = SETTINGS["training"].model_copy(update={"epochs": 1})
    known = given(nodes.train_holdout, tokens=tokens, tagger=tagger) | {"training": once}
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    trained, *_ = nodes.train_holdout(**known)
    again = given(nodes.tag_holdout, tokens=tokens, tagger=tagger, weights=trained)
    _, votes = nodes.tag_holdout(**(again | {"training": once}))
    assert len(votes) == 10_005
    assert votes["predicted"].isin(["DET", "NOUN", "VERB"]).all()
    assert time.process_time() - began < 30
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # KiB
    assert grown < 400_000
