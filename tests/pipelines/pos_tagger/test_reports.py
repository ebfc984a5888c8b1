"""What a reader gets of a run: figures, page, table, verdict, notebook."""

import matplotlib.image
import pandas as pd
import pytest

from tests.evaluation.test_comparison_page import Reader
from tests.pipelines.pos_tagger.conftest import JUDGED, OWN, Finished
from tests.pipelines.pos_tagger.small_treebank import SIZES, UNSEEN_TAG

FIGURES = {
    "tag_scores.png",
    "word_frequency.png",
    "confusion.png",
    "tagged_sentences.png",
    "word_lstm/loss_curves.png",
    "char_bilstm/loss_curves.png",
}
VALIDATED = {"word_lstm/accuracy_curves.png", "char_bilstm/accuracy_curves.png"}


def test_the_report_counts_the_treebank(small):
    report = small.data_report
    assert {part: report[part]["sentences"] for part in SIZES} == SIZES
    assert report["test"]["unseen_tags"] == [UNSEEN_TAG]
    assert report["test"]["unknown_words"] == 2
    assert report["treebank"] == "xx_small"
    assert report["source"].startswith("own file xx_small-ud-train.conllu, sha256 ")


def test_every_figure_is_written_and_shows_something(book, small):
    for finished, expected in ((book, FIGURES), (small, FIGURES | VALIDATED)):
        reports = finished.reports
        pictures = {str(path.relative_to(reports)): path for path in reports.rglob("*.png")}
        assert set(pictures) == expected
        for path in pictures.values():
            grey = matplotlib.image.imread(path)[:, :, :3].mean(axis=2)
            assert (grey < 0.9).mean() > 0.001, path


def test_the_page_shows_test_sentences_with_their_tags(finished):
    page = Reader((finished.reports / "tagged_sentences.html").read_text())
    shown = [text for text in page.texts if text in set(finished.tokens["form"])]
    test = finished.tokens.query("part == 'test'")
    assert len(shown) == len(test)
    judged = finished.votes(JUDGED[finished.treebank])
    wrong = judged[(judged["part"] == "test") & (judged["predicted"] != judged["actual"])]
    corrected = [text for text in page.texts if text.startswith("right: ")]
    assert corrected == [f"right: {tag}" for tag in wrong["actual"]]


def test_table_and_verdict_tell_of_the_same_run(finished):
    metrics, reports = finished.metrics, finished.reports
    table = pd.read_csv(reports / "comparison.csv").set_index("tagger")
    words = table["words %"] / 100
    judged = {"book": "word LSTM", OWN: "character BiLSTM, vote"}[finished.treebank]
    assert words[judged] == pytest.approx(metrics["token_accuracy"])
    assert words.iloc[-2:].max() == pytest.approx(metrics["baseline_accuracy"])
    assert len(table) == (4 if finished.treebank == "book" else 6)
    verdict = (reports / "verdict.txt").read_text()
    name, tokens = judged.removesuffix(", vote"), int(metrics["tokens"])
    report = finished.data_report
    assert verdict.startswith(f"{name} on {report['treebank']} ({report['source']}): ")
    assert f"{100 * metrics['token_accuracy']:.2f} % of {tokens} test words" in verdict
    assert f"Sentences without a mistake: {100 * metrics['sentence_accuracy']:.2f} %" in verdict
    network = JUDGED[finished.treebank]
    folds = [100 * metrics[f"{network}.kfold.token_accuracy{end}"] for end in ("", "_sd")]
    assert "k-fold on training sentences: {:.2f} % ± {:.2f} of the words".format(*folds) in verdict


@pytest.mark.slow
def test_the_notebook_runs(book: Finished):
    shown = book.project.run_notebook("pos_tagger")
    assert shown.count("execute_result") == 10
    assert "error" not in shown
