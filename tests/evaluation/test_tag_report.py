import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.tag_report import FEW, tag_table, tag_verdict


@pytest.fixture
def many() -> pd.DataFrame:
    """300 test sentences of five words, one of them wrong and one not trained on; no other part."""
    position = np.tile(np.arange(5), 300)
    return pd.DataFrame(
        {"part": "test", "sentence": np.repeat(np.arange(300), 5), "position": position}
        | {"form": "x", "actual": "A", "predicted": np.where(position == 0, "B", "A")}
        | {"known": position < 4}
    )


def _better(frame: pd.DataFrame, sentences: int) -> pd.DataFrame:
    """Makes no mistake in the first sentences."""
    keep = frame["sentence"] >= sentences
    return frame.assign(predicted=frame["predicted"].where(keep, frame["actual"]))


def _verdict(models: dict[str, pd.DataFrame], **options: str) -> str:
    network, *baselines = models
    names = {"dataset": "ewt", "source": "mirror pos"} | options
    return tag_verdict(models, network=network, baselines=baselines, **names)


def test_the_table_has_a_row_a_tagger_and_judges_the_test_part(two_seeds, tagged):
    table = tag_table({"bilstm": two_seeds, "most_frequent": tagged}, {"bilstm": 12.5})
    table = table.set_index("tagger")
    assert list(table.columns) == [
        "words %",
        "from",
        "to",
        "unknown %",
        "sentences %",
        "train s",
    ]
    assert table["words %"].tolist() == [87.5, 75.0]
    assert table["unknown %"].tolist() == [100.0, 100.0]
    assert table["sentences %"].tolist() == [75.0, 50.0]
    assert table.loc["bilstm", "train s"] == 12.5
    assert np.isnan(table.loc["most frequent tag", "train s"])
    assert (table["from"] < table["words %"]).all()


def test_columns_without_a_figure_are_left_out(tagged):
    table = tag_table({"bilstm": tagged[:2]})
    assert list(table.columns) == ["tagger", "words %", "sentences %"]


def test_a_clear_gain_beats_and_a_small_one_may_be_luck(many):
    verdict = _verdict({"bilstm": _better(many, 100), "affix_logistic": many})
    assert verdict.startswith("bilstm on ewt (mirror pos): 86.67 % of 1,500 test words are tagged")
    assert "Of 300 words not trained on, 100.00 % are." in verdict
    assert "Sentences without a mistake: 33.33 % of 300. " in verdict
    assert "It beats the logistic regression (80.00 %, +6.67 points, p < 0.001)" in verdict
    assert verdict.endswith("p-values of a paired bootstrap of sentences.")
    assert "small" not in verdict
    slight = _verdict({"bilstm": _better(many, 1), "affix_logistic": many})
    assert "is ahead of the logistic regression (80.00 %, +0.07 points, p = " in slight
    assert "which may be luck" in slight


def test_a_loss_is_said(many):
    verdict = _verdict({"bilstm": many, "most_frequent": _better(many, 100), "other": many})
    assert (
        "It loses to the most frequent tag (86.67 %, −6.67 points, p < 0.001) and "
        "is level with other (80.00 %)" in verdict
    )


def test_baselines_of_one_standing_are_named_together(many):
    verdict = _verdict({"bilstm": many, "most_frequent": many, "affix_logistic": many})
    assert (
        "It is level with the most frequent tag (80.00 %) and the logistic regression (80.00 %)"
    ) in verdict
    verdict = _verdict({"bilstm": many, "a": many[::-1], "b": _better(many, 100), "c": many})
    assert "It is level with a (80.00 %) and c (80.00 %) and loses to b (" in verdict


def test_the_spread_over_seeds_is_told(many):
    seeds = pd.concat([many.assign(seed=0), _better(many, 300).assign(seed=1)])
    verdict = _verdict({"bilstm": seeds, "most_frequent": many})
    assert "90.00 % ± 14.14 over 2 seeds of 1,500 test words" in verdict


def test_one_sentence_allows_no_test_and_is_said_to_be_small(many):
    one = many[:4]
    verdict = _verdict({"bilstm": _better(one, 1), "most_frequent": one}, dataset="book")
    assert "100.00 % of 4 test words are tagged right. All of them were trained on" in verdict
    assert "Sentences without a mistake: 100.00 % of 1. " in verdict
    assert "is ahead of the most frequent tag (75.00 %, +25.00 points, one" in verdict
    assert "interval" not in verdict
    assert "bootstrap" not in verdict
    assert "A test part of 1 sentence is small" in verdict


def test_small_is_less_than_a_hundred_sentences(many):
    words = many["sentence"]
    assert "is small" in _verdict({"bilstm": many[words < FEW - 1]})
    assert "is small" not in _verdict({"bilstm": many[words < FEW]})


def test_taggers_of_different_words_are_refused(many):
    with pytest.raises(DataError, match="same treebank"):
        _verdict({"bilstm": many, "most_frequent": many[:50]})
