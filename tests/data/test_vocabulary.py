import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.data.sentences import UNSEEN
from dl_pipelines.data.vocabulary import MAX_CHARACTERS, Vocabulary
from tests.tagged import tokens

FORMS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
SENTENCES = st.lists(
    st.lists(st.tuples(FORMS, st.sampled_from(["NN", "V", "DET"])), min_size=1, max_size=4),
    min_size=1,
    max_size=4,
)
OPTIONS = st.fixed_dictionaries({"lower_case": st.booleans(), "affixes": st.integers(0, 3)})


def frame(sentences):
    rows = [
        ("train", number, form, tag)
        for number, sentence in enumerate(sentences)
        for form, tag in sentence
    ]
    return pd.DataFrame(rows, columns=["part", "sentence", "form", "tag"])


def read_spelling(vocabulary, sentences):
    """The distinct forms that stand in numbers, with ? for an unknown character."""
    characters = ["", "?", *vocabulary.characters]
    return ["".join(characters[number] for number in row) for row in sentences.spelling.tolist()]


def read_affixes(vocabulary, sentences):
    """The affixes of the distinct forms, with ? for an unknown one."""
    known = [["?", *kind] for kind in vocabulary.affixes]
    return [
        [kind[number] for kind, number in zip(known, row, strict=True)]
        for row in sentences.affixes.tolist()
    ]


def test_a_corpus_in_numbers():
    train = tokens("the/DET ab/NN", "ab/NN ba/V ab/NN")
    vocabulary = Vocabulary.fit(train)
    assert vocabulary.words == vocabulary.forms == {"the": 1, "ab": 3, "ba": 1}
    assert list(vocabulary.words) == ["the", "ab", "ba"]  # numbered from 1
    assert vocabulary.characters == ("a", "b", "e", "h", "t")
    assert vocabulary.tags == ("DET", "NN", "V")
    assert vocabulary.sizes == {"words": 4, "characters": 7, "affixes": (), "labels": (3,)}

    encoded = vocabulary.encode(train)
    assert encoded.words.tolist() == [1, 2, 2, 3, 2]
    assert encoded.forms.tolist() == [0, 1, 1, 2, 1]
    assert encoded.labels.tolist() == [[0], [1], [1], [2], [1]]
    assert encoded.lengths.tolist() == [2, 3]
    assert encoded.spelling.tolist() == [[6, 5, 4], [2, 3, 0], [3, 2, 0]]
    assert encoded.affixes.shape == (3, 0)


def test_what_was_not_in_the_training_sentences_is_unknown():
    vocabulary = Vocabulary.fit(tokens("the/DET cat/NN"))
    test = tokens("The/DET cat/V ax/X", part="test")
    encoded = vocabulary.encode(test)
    assert encoded.words.tolist() == [0, 2, 0]  # capitals are another word
    assert encoded.labels.tolist() == [[0], [UNSEEN], [UNSEEN]]
    assert read_spelling(vocabulary, encoded) == ["?he", "cat", "a?"]
    assert vocabulary.knows(test["form"]).tolist() == [False, True, False]


def test_labels_may_be_missing():
    vocabulary = Vocabulary.fit(tokens("the/DET/a cat/NN/b", kinds=("tag", "deprel")), ["deprel"])
    assert vocabulary.encode(tokens("the/DET cat/NN")).labels.tolist() == [[UNSEEN], [UNSEEN]]


def test_further_kinds_of_labels_stand_beside_the_tags():
    train = tokens("the/DET/DT/det cat/NN/NNP/root", kinds=("tag", "xpos", "deprel"))
    vocabulary = Vocabulary.fit(train, ("tag", "deprel"))
    assert vocabulary.tags == ("DET", "NN")
    assert vocabulary.labels == {"tag": ("DET", "NN"), "deprel": ("det", "root")}
    assert vocabulary.sizes["labels"] == (2, 2)
    assert vocabulary.encode(train).labels.tolist() == [[0, 0], [1, 1]]
    assert Vocabulary.fit(train, ("deprel", "tag")).tags == ("det", "root")


def test_words_that_differ_in_capitals_may_share_a_number():
    train = tokens("The/DET cat/NN", "the/DET the/DET")
    vocabulary = Vocabulary.fit(train, lower_case=True)
    assert vocabulary.words == {"the": 3, "cat": 1} and vocabulary.sizes["words"] == 3
    test = tokens("THE/DET the/DET Dog/NN")
    encoded = vocabulary.encode(test)
    assert encoded.words.tolist() == [1, 1, 0]
    assert read_spelling(vocabulary, encoded) == ["T??", "the", "???"]  # capitals tell apart
    assert vocabulary.knows(test["form"]).tolist() == [False, True, False]


def test_affixes_that_several_forms_have_are_told_apart():
    vocabulary = Vocabulary.fit(tokens("Running/V run/V going/V a/DET a/DET"), affixes=2)
    prefixes, suffixes = (("r",), ("ru",)), (("g",), ("ng",))
    assert vocabulary.affixes == prefixes + suffixes
    assert vocabulary.sizes["affixes"] == (2, 2, 2, 2)
    encoded = vocabulary.encode(tokens("ruling/NN RUN/V a/DET g/X"))
    assert read_affixes(vocabulary, encoded) == [
        ["r", "ru", "g", "ng"],
        ["r", "ru", "?", "?"],
        ["?", "?", "?", "?"],  # one form, though it was read twice
        ["?", "?", "g", "?"],
    ]


def test_words_that_have_vectors_are_told_apart_too():
    train = tokens("the/DET cat/NN")
    vocabulary = Vocabulary.fit(train, more=["cat", "zebra", "zebra"])
    assert vocabulary.words == {"the": 1, "cat": 1, "zebra": 0}
    assert vocabulary.characters == Vocabulary.fit(train).characters
    test = tokens("the/DET zebra/NN")
    encoded = vocabulary.encode(test)
    assert encoded.words.tolist() == [1, 3]
    assert read_spelling(vocabulary, encoded) == ["the", "?e??a"]
    assert vocabulary.knows(test["form"]).tolist() == [True, False]  # it was not read


@pytest.mark.parametrize("length", [MAX_CHARACTERS, MAX_CHARACTERS + 1, 10_000])
def test_of_a_long_form_both_ends_are_read(length):
    form = "http" + "x" * (length - 8) + ".org"
    vocabulary = Vocabulary.fit(tokens(f"{form}/X a/DET"))
    (read, _) = read_spelling(vocabulary, vocabulary.encode(tokens(f"{form}/X a/DET")))
    assert read == "http" + "x" * (MAX_CHARACTERS - 8) + ".org"


def test_sentences_of_two_parts_are_not_joined():
    both = pd.concat([tokens("a/X b/X"), tokens("c/X", part="test")])
    encoded = Vocabulary.fit(both).encode(both)
    assert encoded.lengths.tolist() == [2, 1] and encoded.words.tolist() == [1, 2, 3]


@settings(max_examples=40, deadline=None)
@given(train=SENTENCES, test=SENTENCES)
def test_what_was_encoded_can_be_read_again(train, test):
    vocabulary = Vocabulary.fit(frame(train))
    known = {form for sentence in train for form, _ in sentence}
    tags = {tag for sentence in train for _, tag in sentence}
    words, letters = ["", *vocabulary.words], set("".join(known))
    for sentences in (train, test):
        encoded = vocabulary.encode(frame(sentences))
        pairs = [pair for sentence in sentences for pair in sentence]
        forms = read_spelling(vocabulary, encoded)
        assert encoded.lengths.tolist() == [len(sentence) for sentence in sentences]
        assert [words[number] for number in encoded.words] == [
            form if form in known else "" for form, _ in pairs
        ]
        assert [forms[row] for row in encoded.forms] == [
            "".join(letter if letter in letters else "?" for letter in form) for form, _ in pairs
        ]
        assert [label if label < 0 else vocabulary.tags[label] for (label,) in encoded.labels] == [
            tag if tag in tags else UNSEEN for _, tag in pairs
        ]


@settings(max_examples=40, deadline=None)
@given(train=SENTENCES, options=OPTIONS)
def test_a_vocabulary_comes_back_from_json(train, options):
    vocabulary = Vocabulary.fit(frame(train), **options)
    stored = Vocabulary.from_dict(json.loads(json.dumps(vocabulary.to_dict(), sort_keys=True)))
    assert stored == vocabulary and list(stored.words) == list(vocabulary.words)
    encoded, again = (kind.encode(frame(train)) for kind in (vocabulary, stored))
    assert all(one.equal(other) for one, other in zip(encoded, again, strict=True))
    assert (encoded.words > 0).all() and (encoded.spelling[:, 0] > 1).all()
    assert sum(stored.words.values()) == len(encoded.words)
