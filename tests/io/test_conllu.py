"""Treebanks in CoNLL-U."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.errors import DataError
from dl_pipelines.io.conllu import UPOS, parse_conllu, read_conllu
from tests.io.conllu_files import SMALL, conllu

# Read on import: the fixtures of all tests take it away.
MIRROR = os.environ.get("DL_PIPELINES_DATA")

FORMS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=8)
SPACED = st.lists(FORMS, min_size=1, max_size=3).map(" ".join)
SENTENCES = st.lists(st.tuples(SPACED, st.sampled_from(UPOS)), min_size=1, max_size=6)

LINE = "1\tfish\tfish\tNOUN\tNN\t_\t0\troot\t_\t_\n"


def test_the_words_of_two_sentences() -> None:
    expected = pd.DataFrame(
        [
            (0, 0, "I", "PRON", "PRP", "Case=Nom|Number=Sing", "nsubj", True),
            (0, 1, "do", "AUX", "VBP", "", "aux", False),
            (0, 2, "n't", "PART", "RB", "", "advmod", True),
            (0, 3, "like", "VERB", "VB", "VerbForm=Inf", "root", True),
            (0, 4, "New York", "PROPN", "NNP", "", "obj", False),
            (0, 5, "!", "PUNCT", ".", "", "punct", True),
            (1, 0, "Go", "VERB", "VB", "", "root", True),
            (1, 1, "_", "ADV", "", "", "advmod", False),
            (1, 2, "#", "PUNCT", ".", "", "punct", False),
        ],
        columns=["sentence", "position", "form", "tag", "xpos", "feats", "deprel", "space_after"],
    )
    parsed = parse_conllu(SMALL, "small.conllu")
    pd.testing.assert_frame_equal(parsed, expected)
    assert parsed.dtypes.astype(str).tolist() == ["int64"] * 2 + ["str"] * 5 + ["bool"]


@pytest.mark.parametrize(
    "content",
    [
        SMALL.rstrip("\n").encode(),
        SMALL.encode("utf-8-sig"),
        SMALL.replace("\n", "\r\n").encode(),
        f"\n \n# only a comment\n\n{SMALL}\n\n".encode(),
        f"# global.columns = ID UPOS FORM XPOS FEATS HEAD LEMMA DEPREL DEPS MISC\n{SMALL}".encode(),
    ],
    ids=["no last blank line", "byte-order mark", "CRLF", "blank lines", "columns named"],
)
def test_what_does_no_harm(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "small.conllu"
    path.write_bytes(content)
    pd.testing.assert_frame_equal(read_conllu(path), parse_conllu(SMALL, "small.conllu"))


@settings(max_examples=25, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=4))
def test_words_and_tags_come_back_as_they_were_written(
    sentences: list[list[tuple[str, str]]],
) -> None:
    parsed = parse_conllu(conllu(sentences), "random.conllu")
    back = [
        list(zip(words["form"], words["tag"], strict=True))
        for _, words in parsed.groupby("sentence")
    ]
    assert back == sentences


def test_a_sentence_of_ten_thousand_words() -> None:
    parsed = parse_conllu(conllu([[("fish", "NOUN")] * 10_000]), "long.conllu")
    assert parsed["position"].tolist() == list(range(10_000))
    assert not parsed["sentence"].any()


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("1\tfish\tfish\tNOUN\tNN\t_\t0\troot\t_", "line 4 has 9 columns: write 10"),
        ("1\tfish\tfish\tNOUN\tNN\t_\t0\troot\t_\t_\t_", "line 4 has 11 columns"),
        ("1  fish  fish  NOUN  NN  _  0  root  _  _", "line 4 has no tab"),
        ("fish", "line 4 has no tab"),
        ("1\t\tfish\tNOUN\tNN\t_\t0\troot\t_\t_", "line 4 has an empty column"),
        ("1\tfish\tfish\tNOUN\tNN\t_\t0\troot\t_\t ", "line 4 has an empty column"),
        ("1\ta  fish\tfish\tNOUN\tNN\t_\t0\troot\t_\t_", "line 4 has two spaces in a row"),
        ("2\tfish\tfish\tNOUN\tNN\t_\t0\troot\t_\t_", "line 4: the next id should be 1"),
        ("one\tfish\tfish\tNOUN\tNN\t_\t0\troot\t_\t_", "line 4: the next id should be 1"),
        ("_\tfish\tfish\tNOUN\tNN\t_\t0\troot\t_\t_", "line 4: the next id should be 1"),
        (f"{'1' * 5000}\tfish\tfish\tNOUN\tNN\t_\t0\troot\t_\t_", "line 4: the next id should be"),
        ("2-3\tfish\t_\t_\t_\t_\t_\t_\t_\t_", "line 4: the next id should be 1"),
        ("1-2\tfish\t_\t_\t_\t_\t_\t_\t_\t_\n" * 2 + LINE, "line 5: the next id should be 1"),
        ("1.1\tfish\t_\t_\t_\t_\t_\t_\t_\t_", "line 4: the next id should be 1"),
        (LINE + LINE, "line 5: the next id should be 2"),
        (f"1-2\tfish\t_\t_\t_\t_\t_\t_\t_\t_\n{LINE}", "line 5: the sentence ends before word 2"),
        (
            "1\tfish\tfish\t_\tNN\t_\t0\troot\t_\t_",
            "line 4: '_' is no universal part-of-speech tag",
        ),
        ("1\tfish\tfish\tNN\tNN\t_\t0\troot\t_\t_", "line 4: 'NN' is no universal"),
    ],
)
def test_a_bad_line_is_named(line: str, finding: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_conllu(f"# a comment\n{LINE}\n{line}\n\n{LINE}", "bad.conllu")
    assert str(caught.value).startswith(f"bad.conllu, {finding}")


@pytest.mark.parametrize("text", ["", "\n\n", "# sent_id = 1\n\n", "0.1\tfish" + "\t_" * 8 + "\n"])
def test_a_file_without_a_sentence(text: str) -> None:
    with pytest.raises(DataError, match=r"^empty\.conllu holds no sentence: "):
        parse_conllu(text, "empty.conllu")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.conllu"
    path.write_bytes(LINE.encode() + b"\n" + LINE.replace("fish", "pêche").encode("latin-1"))
    with pytest.raises(DataError) as caught:
        read_conllu(path)
    assert str(caught.value).startswith(f"{path}, line 3 is not UTF-8 text: ")
    with pytest.raises(DataError, match=r"missing\.conllu cannot be read"):
        read_conllu(tmp_path / "missing.conllu")


@pytest.mark.skipif(MIRROR is None, reason="needs the mirror")
def test_english_web_treebank() -> None:
    words = read_conllu(Path(str(MIRROR), "pos", "en_ewt-ud-dev.conllu"))
    assert (len(words), words["sentence"].nunique()) == (25_147, 2_001)
    assert set(words["tag"]) == set(UPOS)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SMALL.replace("\n", "\r"), 1),
        (SMALL.replace("\n", "\r").removeprefix("#"), 1),
        (f"{LINE}\n{LINE}\n".replace(LINE, LINE.replace("\n", "\r\n")) + f"# a\r{LINE}", 5),
    ],
    ids=["all lines", "no comment first", "one line"],
)
def test_a_lone_carriage_return_ends_no_line(text: str, line: int) -> None:
    with pytest.raises(DataError) as caught:
        parse_conllu(text, "mac.conllu")
    assert str(caught.value).startswith(
        f"mac.conllu, line {line} ends with a lone carriage return: save the file with line feeds"
    )
