import pandas as pd
import pytest

from dl_pipelines.evaluation.tagged_text import (
    tag_listing,
    tagged_conllu,
    text_metrics,
    text_verdict,
)
from dl_pipelines.io.conllu import parse_conllu


@pytest.fixture
def text(tagged_test) -> pd.DataFrame:
    """Two sentences, one word not trained on; nobody knows the right tags."""
    words = tagged_test.drop(columns="actual").reset_index(drop=True)
    return words.assign(part="text", confidence=[0.9, 0.4, 0.5, 1.0])


def test_the_first_sentences_are_listed_in_a_line_each(text):
    listing = tag_listing(text, 1)
    assert listing.to_dict("records") == [
        {"sentence": 1, "tagged": "They/PRON fish/NOUN trout/NOUN"}
    ]
    assert tag_listing(text, 9)["sentence"].tolist() == [1, 2]
    assert tag_listing(text, 9)["tagged"].tolist()[1] == "Stop/VERB"


def test_the_text_in_numbers(text):
    assert text_metrics(text) == pytest.approx(
        {
            "sentences": 2,
            "words": 4,
            "unknown_words": 1,
            "mean_confidence": 0.7,
            "uncertain_words": 1,
            "tag.PRON": 1,
            "tag.NOUN": 2,
            "tag.VERB": 1,
        }
    )
    assert {type(value) for value in text_metrics(text).values()} == {float}


def test_the_text_in_words(text):
    assert text_verdict(text, model="word LSTM", treebank="ewt") == (
        "4 words in 2 sentences, tagged by the word LSTM trained on ewt. It was trained on all but "
        "1 of them; mean probability of its tags: 70.00 %."
    )


@pytest.mark.parametrize(
    ("known", "share", "caution"),
    [
        ([True] * 4, "all", False),
        ([True, True, False, False], "all but 2", False),
        ([True, False, False, False], "all but 3", True),
        ([False] * 4, "none", True),
    ],
)
def test_words_not_trained_on_call_for_caution(text, known, share, caution):
    said = text_verdict(text.assign(known=known), model="word LSTM", treebank="ewt")
    assert f"It was trained on {share} of them; mean" in said
    assert ("Most of the words are new to it: check its tags" in said) is caution


def test_one_word_is_no_plural(text):
    assert text_verdict(text[:1], model="word LSTM", treebank="ewt").startswith(
        "1 word in 1 sentence, tagged by"
    )


def test_conllu_is_read_again(text):
    text.loc[1, "form"] = "#"
    text.loc[2, "form"] = "_"
    written = tagged_conllu(text)
    assert written.startswith("# sent_id = 1\n# text = They # _\n1\tThey\t_\tPRON\t_\t")
    again = parse_conllu(written, "again.conllu")
    pd.testing.assert_frame_equal(
        again[["sentence", "position", "form", "tag"]],
        text[["sentence", "position", "form", "predicted"]].rename(columns={"predicted": "tag"}),
    )
    assert again["space_after"].all()


def test_sentences_are_numbered_from_1_as_they_come(text):
    later = text.assign(sentence=text["sentence"] + 7)
    assert tagged_conllu(later) == tagged_conllu(text)


def test_tags_that_are_not_universal_are_written_as_they_are(text):
    assert "\n1\tThey\t_\tNN\t" in tagged_conllu(text.assign(predicted="NN"))


@pytest.mark.parametrize("form", ["\u200b\u4f60\u597d", "</form>", "\\n", "a=b|c"])
def test_odd_words_stay_as_they_are_in_conllu(text, form):
    text.loc[0, "form"] = form
    assert parse_conllu(tagged_conllu(text), "again.conllu")["form"][0] == form
