"""Plain text into sentences of words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.frames.tokenize import english_sentences, spaced_sentences


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("They ate the fish", "They ate the fish"),
        ("They ate the fish.", "They ate the fish ."),
        ("I don't know what can't, won't or couldn\u2019t be.",
         "I do n't know what ca n't , wo n't or could n\u2019t be ."),
        ("She's sure we've said they'll cannot", "She 's sure we 've said they 'll can not"),
        ("I'm gonna wait for John's dog", "I 'm gon na wait for John 's dog"),
        ('He said: "No" (twice)!', 'He said : " No " ( twice ) !'),
        ("Well... wait\u2026 what?!", "Well ... wait \u2026 what ?!"),
        ("No -- never!!!", "No -- never !!!"),
        ("a well-known e-mail and/or re-run", "a well - known e-mail and / or re-run"),
        ("See https://example.org/a?b=1, or www.example.org.",
         "See https://example.org/a?b=1 , or www.example.org ."),
        ("Write to jo.doe+x@mail.example.com.", "Write to jo.doe+x@mail.example.com ."),
        ("It cost $1,200.50 (12%) on 10/26/2000 at 7:30pm",
         "It cost $ 1,200.50 ( 12 % ) on 10/26/2000 at 7:30 pm"),
        ("Call 713-853-1234 at 10am", "Call 713-853-1234 at 10 am"),
        ("Mr. J. Smith of the U.S. met Dr. O'Neil of AT&T",
         "Mr. J. Smith of the U.S. met Dr. O'Neil of AT&T"),
        ("Open notes.txt", "Open notes.txt"),
        ("Thanks :-) bye ;)", "Thanks :-) bye ;)"),
        ("na\u00efve caf\u00e9 \u4f60\u597d", "na\u00efve caf\u00e9 \u4f60\u597d"),
    ],
)  # fmt: skip
def test_words_of_english(text: str, words: str) -> None:
    assert english_sentences([text]) == [words.split()]
    # Words that are separated already stay as they are.
    assert english_sentences([words]) == [words.split()]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("They ate. We slept! Why? 5 left", ["They ate .", "We slept !", "Why ?", "5 left"]),
        ('"Go!" He went. (So did I.) Then...', ['" Go ! "', "He went .", "( So did I . )",
                                                "Then ..."]),
        ("He left . She came .", ["He left .", "She came ."]),
        ("Mr. Smith met J. Doe. He ran.", ["Mr. Smith met J. Doe .", "He ran ."]),
        ("Wait... what is it? no idea", ["Wait ... what is it ? no idea"]),
        ("Version 2.5 is out.Get it", ["Version 2.5 is out . Get it"]),
    ],
)  # fmt: skip
def test_sentences_of_english(text: str, sentences: list[str]) -> None:
    assert english_sentences([text]) == [sentence.split() for sentence in sentences]


def test_a_line_ends_a_sentence_and_a_blank_one_is_none() -> None:
    lines = ["They ate", " \t", "", "the fish"]
    assert english_sentences(lines) == [["They", "ate"], ["the", "fish"]]
    assert spaced_sentences(lines) == [["They", "ate"], ["the", "fish"]]


def test_other_languages_are_cut_at_spaces_only() -> None:
    lines = ["\u6211 \u7231 \u5317\u4eac \u3002", "aujourd'hui l' homme-orchestre ."]
    assert spaced_sentences(lines) == [line.split(" ") for line in lines]


def test_ten_thousand_words_without_a_full_stop() -> None:
    assert english_sentences([" ".join(["fish"] * 10_000)]) == [["fish"] * 10_000]


@pytest.mark.parametrize("piece", ["a", "a.", "-a", "a@", "1-", "n't", "www.", ".", "'"])
def test_no_text_takes_long(piece: str) -> None:
    text = piece * 20_000
    assert "".join(word for words in english_sentences([text]) for word in words) == text


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_nothing_is_lost_but_spaces(text: str) -> None:
    words = [word for words in english_sentences([text]) for word in words]
    assert "".join(words) == "".join(text.split())
    assert all(english_sentences([text]))
