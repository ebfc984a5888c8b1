import numpy as np
import pytest
from matplotlib.colors import to_hex

from dl_pipelines.evaluation.figures import style, tag_scores, word_frequency


def _title(figure):
    return " ".join(figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ").split())


def test_bars_of_a_tag_lie_together_the_most_frequent_tag_on_top(tag_tables):
    figure = tag_scores(tag_tables)
    (panel,) = figure.axes
    assert [label.get_text() for label in panel.get_yticklabels()] == ["X", "PUNCT", "NOUN", "VERB"]
    network, baseline = panel.containers
    assert [bar.get_width() for bar in network][1:] == [1.0, 0.9, 0.7]
    assert [bar.get_width() for bar in baseline][1:] == [1.0, 0.8, 0.75]
    assert np.isnan([network[0].get_width(), baseline[0].get_width()]).all()
    for row, (own, other) in enumerate(zip(network, baseline, strict=True)):
        assert row - 0.5 < other.get_y() < own.get_y() < row + 0.5  # the network's on top
    assert to_hex(network[0].get_facecolor()) == style.colour("char_bilstm").lower()
    assert [text.get_text() for text in panel.texts] == ["0", "10", "20", "30"]
    assert "60 words" in figure.get_supxlabel()
    assert _title(figure) == (
        "Character BiLSTM: F1 is lowest for VERB, 70.0 %; for 1 of 3 tags it is higher than that "
        "of Logistic regression"
    )


def test_one_tagger_alone_and_one_without_mistakes(tag_tables):
    baseline = tag_tables["affix_logistic"]
    figure = tag_scores({"affix_logistic": baseline})
    assert _title(figure) == "Logistic regression: F1 is lowest for VERB, 75.0 %"
    figure = tag_scores({"affix_logistic": baseline[1:2]})
    assert _title(figure) == "Logistic regression makes no mistake with any of 1 tag"


def test_accuracy_by_word_frequency_with_the_words_of_each_group(frequency_tables):
    figure = word_frequency(frequency_tables)
    (panel,) = figure.axes
    network, baseline = panel.lines
    np.testing.assert_allclose(network.get_ydata(), [0.8, 0.9, 0.92, np.nan, 0.97])
    np.testing.assert_allclose(baseline.get_ydata(), [0.7, 0.8, 0.82, np.nan, 0.87])
    ticks = [label.get_text() for label in panel.get_xticklabels()]
    assert ticks[0] == "0\n100 words"  # the network's frame counts each seed
    assert ticks[-1] == "more than 20\n15,000 words"
    assert [text.get_text() for text in panel.get_legend().get_texts()] == [
        "Character BiLSTM",
        "Logistic regression",
    ]
    assert panel.get_ylim()[1] == 1
    assert not network.get_clip_on()  # a marker at 100 % stays whole
    assert _title(figure) == (
        "Of words never seen in training Character BiLSTM tags 80.0 % right, Logistic regression "
        "70.0 %"
    )


def test_where_every_word_was_trained_on_the_title_says_so(frequency_tables):
    table = frequency_tables["char_bilstm"]
    known = table.assign(token_accuracy=table["token_accuracy"].where(table["seen"] != "0"))
    assert _title(word_frequency({"char_bilstm": known})).startswith("Every word that was judged")


@pytest.mark.parametrize("key", ["word_lstm", "char_bilstm", "most_frequent", "affix_logistic"])
def test_taggers_have_a_name_and_a_colour(key):
    assert style.name(key) != key
    assert style.colour(key) != style.colour("anything else")
