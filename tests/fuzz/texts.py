"""Parsers of text: treebanks, word vectors, plain text."""

from pathlib import Path
from random import Random

import numpy as np

from dl_pipelines.frames.tokenize import english_sentences, spaced_sentences
from dl_pipelines.io.conllu import UPOS, read_conllu
from dl_pipelines.io.texts import TextLinesDataset
from dl_pipelines.io.word_vectors import WordVectorsDataset
from tests.fuzz.mutations import JSON_VALUES, mutated
from tests.fuzz.parser import Parser, damaged
from tests.io.conllu_files import SMALL

GLOVE = b"the 0.1 -0.2 3e-1\nNew York 1 2 3\n. . . 0.5 0.5 0.5\n"
FASTTEXT = b"3 4\nthe 0.1 0.2 0.3 0.4\n</s> 1 1 1 1\n\xe4\xb8\xad 0 0 0 1e-3\n"
TEXT = (
    "They ate the fish. Don't! See https://example.org/a?b=c (U.S.), e-mail me@example.com :-)\n"
    "The U.S. paid $1,200.50 on 10/26/2000 at 10am... Co-op notes.txt AT&T, O'Neil's.\n"
    "鱼 很 好吃 。\n"
).encode()


def read_treebank(content: bytes, folder: Path) -> None:
    path = folder / "part.conllu"
    path.write_bytes(content)
    tokens = read_conllu(path)
    assert len(tokens)
    assert set(tokens["tag"]) <= set(UPOS)
    assert tokens["space_after"].dtype == bool
    first = tokens["position"] == 0
    assert (first.cumsum() - 1 == tokens["sentence"]).all()
    assert (tokens["position"].diff()[~first] == 1).all()
    for name in ("form", "xpos", "feats", "deprel"):
        assert tokens[name].map(lambda cell: isinstance(cell, str) and "\t" not in cell).all()
    assert (tokens["form"].str.strip() != "").all()


def read_vectors(content: bytes, folder: Path) -> None:
    path = folder / "vectors.txt"
    path.write_bytes(content)
    vectors = WordVectorsDataset(str(path)).load()
    words, values = vectors["words"], vectors["values"]
    assert len(words) == len(values) == len(set(words.tolist())) > 0
    assert values.dtype == np.float32
    assert values.shape[1] > 0
    assert np.isfinite(values).all()


def read_file(content: bytes, folder: Path) -> None:
    path = folder / "text.txt"
    path.write_bytes(content)
    _sound_sentences(TextLinesDataset(path=str(path)).load())


def read_setting(text: object, _: Path) -> None:
    _sound_sentences(TextLinesDataset(text=text).load())


def _sound_sentences(lines: list[str]) -> None:
    for sentences in (english_sentences(lines), spaced_sentences(lines)):
        for words in sentences:
            assert words
            assert all(words)
            "".join(words).encode()  # as all files are written


def setting(draw: Random) -> object:
    """What the command line makes of `text=…`; what is no UTF-8 comes as half surrogate pairs."""
    if draw.random() < 0.1:
        return draw.choice(JSON_VALUES)
    return mutated(TEXT, draw).decode(errors="surrogateescape")


PARSERS = {
    "treebank": Parser(damaged(SMALL.encode()), read_treebank),
    "word vectors": Parser(damaged(GLOVE, FASTTEXT), read_vectors),
    "text file": Parser(damaged(TEXT), read_file),
    "text setting": Parser(setting, read_setting),
}
