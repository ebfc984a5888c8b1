"""Texts that are none end a run with one sentence; odd ones do not end it."""

import time
from typing import Any

import click
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.params.tagging import TextToTag
from dl_pipelines.pipelines.pos_tag import nodes
from dl_pipelines.pipelines.pos_tag.adapters import is_spaced
from tests.evaluation.test_comparison_page import HOSTILE, Reader
from tests.pipelines.pos_tag.texts import FIRST, run, tagged_by
from tests.real_project import RealProject


def failure(project: RealProject, **params: Any) -> str:
    with pytest.raises(click.ClickException) as caught:
        run(project, **params)
    sentence = caught.value.message
    assert "\n" not in sentence.strip()
    return sentence


@pytest.mark.parametrize(
    ("params", "given"),
    [({}, "neither"), ({"text": FIRST, "pos_tag": {"file": "letter.txt"}}, "both")],
    ids=["neither", "both"],
)
def test_one_text_must_be_given(with_tagger, book_weights, params, given):
    sentence = failure(with_tagger(book_weights), **params)
    assert f"of the settings 'text' and 'pos_tag.file' {given} is given" in sentence


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"", "letter.txt holds no words: write some text there"),
        (b"\x89PNG\r\n\x1a\n\0\0", "letter.txt, line 1 is not UTF-8 text"),
        (b"PK\3\4\0\0", "letter.txt is no text file"),
    ],
    ids=["empty", "picture", "archive"],
)
def test_a_file_without_text_is_named(with_tagger, book_weights, content, finding):
    project = with_tagger(book_weights)
    (project.root / "letter.txt").write_bytes(content)
    assert finding in failure(project, pos_tag={"file": "letter.txt"})
    assert not (project.root / "data/03_primary").exists()


def test_without_a_tagger_the_run_says_how_to_train_one(tmp_path):
    project = RealProject(tmp_path, "pos")
    assert "run kedro run --pipeline pos_tagger first" in failure(project, text=FIRST)


@pytest.mark.parametrize("fixture", ["book_weights", "universal_weights"])
def test_ten_thousand_words_without_a_full_stop_are_one_sentence(request, fixture):
    began = time.process_time()
    tagged = tagged_by(request.getfixturevalue(fixture), "they ate wugs and " * 2500)
    assert (len(tagged), tagged["sentence"].nunique()) == (10_000, 1)
    assert tagged["confidence"].between(0, 1).all()
    assert time.process_time() - began < 20


def test_markup_in_a_text_stays_text(universal_weights):
    tagged = tagged_by(universal_weights, HOSTILE)
    *_, page, conllu = nodes.report_tags(tagged, universal_weights, TextToTag())
    read = Reader(page)
    assert not read.all("script")
    assert [text for text in read.texts if text == "script"] == ["script"] * 2
    assert "\tscript\t" in conllu


@pytest.mark.parametrize("treebank", ["zh_gsd", "xx_small"])
def test_a_language_that_no_rule_knows_must_come_in_words(treebank):
    with pytest.raises(SettingError, match=f"has learnt {treebank}, .*set 'pos_tag.spaced'"):
        is_spaced(None, treebank)


@pytest.mark.parametrize("treebank", ["book", "ewt", "en_gum"])
def test_english_is_cut_by_rules_unless_told_otherwise(treebank):
    assert [is_spaced(told, treebank) for told in (None, True, False)] == [False, True, False]
