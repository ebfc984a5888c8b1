"""Texts of users, tagged."""

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from dl_pipelines.io.conllu import read_conllu
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.params.tagging import TextToTag
from dl_pipelines.pipelines.pos_tag import nodes
from tests.evaluation.test_comparison_page import Reader
from tests.pipelines.pos_tag.texts import FIRST, NAME, UNTRACKED, reports, run, tagged_by
from tests.real_project import RealProject

Project = Callable[[Weights], RealProject]


def listing(project: RealProject) -> list[str]:
    return pd.read_csv(reports(project) / "listing.csv")["tagged"].tolist()


@pytest.fixture(scope="module")
def commanded(tmp_path_factory, book_weights) -> tuple[RealProject, str]:
    """A project after the user's own command, and what it printed."""
    project = RealProject(tmp_path_factory.mktemp("pos_tag"), "pos")
    file = project.root / "data/06_models/pos_tagger/weights.safetensors"
    SafetensorsDataset(str(file)).save(book_weights)
    (project.root / "conf/local/parameters.yml").write_text(json.dumps(UNTRACKED))
    process = project.start("--pipeline", NAME, "--params", f"text={FIRST}")
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 0, printed
    return project, printed


def test_the_command_line_prints_the_books_sentence_with_its_tags(commanded):
    _, printed = commanded
    assert "They/NN ate/V the/DET fish/NN" in printed
    said = " ".join(printed.split())
    assert "tagged by the word LSTM trained on book." in said
    for alarm in ("warning", "deprecat", "telemetry", "traceback"):
        assert alarm not in printed.lower()


def test_every_report_tells_of_the_same_words(commanded):
    folder = reports(commanded[0])
    metrics = json.loads((folder / "metrics.json").read_text())
    tagged = pd.read_parquet(commanded[0].root / f"data/07_model_output/{NAME}/tagged.parquet")
    assert metrics.pop("mean_confidence") == pytest.approx(tagged["confidence"].mean())
    assert metrics == {
        "sentences": 1,
        "words": 4,
        "unknown_words": 0,
        "uncertain_words": 0,
        "tag.NN": 2,
        "tag.V": 1,
        "tag.DET": 1,
    }
    assert json.loads((folder / "tags.json").read_text()) == {
        "model": "word LSTM",
        "treebank": "book",
    }
    page = Reader((folder / "tagged_text.html").read_text())
    assert [text for text in page.texts if text in FIRST.split()] == FIRST.split()
    assert (folder / "verdict.txt").read_text() in page.texts
    assert "\n2\tate\t_\tV\t" in (folder / "tagged_text.conllu").read_text()
    grey = imread(folder / "tagged_sentences.png")[:, :, :3].mean(axis=2)
    assert (grey < 0.9).mean() > 0.001


def test_a_file_is_tagged_line_by_line(with_tagger, book_weights):
    project = with_tagger(book_weights)
    (project.root / "letter.txt").write_text(f"{FIRST}\n\nThe cat, they read. {FIRST}")
    run(project, pos_tag={"file": "letter.txt"})
    first, *others = listing(project)
    assert first == "They/NN ate/V the/DET fish/NN"
    assert [line.count("/") for line in others] == [6, 4]
    metrics = json.loads((reports(project) / "metrics.json").read_text())
    assert (metrics["words"], metrics["unknown_words"]) == (14, 3)


def test_a_language_with_spaces_keeps_its_words(with_tagger, universal_weights):
    project = with_tagger(universal_weights)
    text = "\u5979 \u8bfb \u4e66 \u3002 \u5979 can't"
    run(project, text=text, pos_tag={"spaced": True})
    assert [word.rpartition("/")[0] for word in listing(project)[0].split()] == text.split()


def test_conllu_is_read_again_and_holds_the_vote(with_tagger, universal_weights):
    project = with_tagger(universal_weights)
    run(project, text="She saw the wug. They don't!", pos_tag={"spaced": False})
    again = read_conllu(reports(project) / "tagged_text.conllu")
    tagged = pd.read_parquet(project.root / f"data/07_model_output/{NAME}/tagged.parquet")
    assert again["form"].tolist() == "She saw the wug . They do n't !".split()
    assert again["tag"].tolist() == tagged["predicted"].tolist()
    assert again["sentence"].tolist() == [0] * 5 + [1] * 4
    assert tagged.loc[tagged["form"].isin(["wug", "n't"]), "known"].eq(False).all()


def test_tags_are_those_of_all_networks_together(universal_weights):
    tagged = tagged_by(universal_weights, "She saw the cat.")
    single = [tagged_by(_of_seed(universal_weights, seed), "She saw the cat.") for seed in (0, 1)]
    assert not np.allclose(single[0]["confidence"], single[1]["confidence"])
    best = pd.concat([one["confidence"] for one in single], axis=1).max(axis=1)
    assert (tagged["confidence"] <= best + 1e-9).all()
    agreed = single[0]["predicted"] == single[1]["predicted"]
    assert agreed.any()
    mean = (single[0]["confidence"] + single[1]["confidence"]) / 2
    np.testing.assert_allclose(tagged["confidence"][agreed], mean[agreed], rtol=1e-6)


def _of_seed(weights: Weights, seed: int) -> Weights:
    header = {**weights.header, "seeds": [seed]}
    return Weights.of_members({f"seed_{seed}": weights.members()[f"seed_{seed}"]}, header)


def test_only_the_first_sentences_are_shown(book_weights):
    tagged = tagged_by(book_weights, *[FIRST] * 9)
    short = TextToTag(shown=2)
    shown, metrics, *_ = nodes.report_tags(tagged, book_weights, short)
    assert (len(shown), metrics["sentences"]) == (2, 9)
    drawn = nodes.draw_sentences(tagged, {"model": "word LSTM"}, short)
    (picture,) = drawn.values()
    texts = [text.get_text() for panel in picture.axes for text in panel.texts]
    assert texts.count("fish") == 2


@pytest.mark.slow
def test_the_notebook_runs(commanded):
    shown = commanded[0].run_notebook(NAME)
    assert shown.count("execute_result") == 4
    assert "error" not in shown
