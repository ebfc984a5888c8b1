"""A treebank of thirty short sentences, and vectors for some of its words."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from dl_pipelines.sources.treebanks import ENDINGS
from tests.io.conllu_files import conllu

Sentence = list[tuple[str, str]]

WORDS: dict[str, Sequence[str]] = {
    "DET": ["the", "a"],
    "ADJ": ["small", "green"],
    "NOUN": ["cat", "dog", "fish"],
    "VERB": ["saw", "ate", "fed"],
    "PRON": ["she", "they"],
}
SHAPES = (
    ("DET", "NOUN", "VERB", "DET", "NOUN", "."),
    ("PRON", "VERB", "DET", "ADJ", "NOUN", "."),
    ("PRON", "VERB", "PRON", "."),
)
SIZES = {"train": 20, "valid": 4, "test": 6}
NEW_NOUN, UNSEEN_TAG = "wug", "INTJ"  # of the test sentences only
SIZE = 4  # of a word's vector


def sentences() -> dict[str, list[Sentence]]:
    """Part → its sentences; of the test words some are new, and one has a tag of its own."""
    drawn = random.Random(0)  # noqa: S311 - not for secrets
    parts = {part: [_sentence(drawn) for _ in range(size)] for part, size in SIZES.items()}
    parts["test"][0] = [("Wow", UNSEEN_TAG), *parts["test"][0]]
    parts["test"][1][-2] = (NEW_NOUN, "NOUN")
    return parts


def _sentence(drawn: random.Random) -> Sentence:
    words = []
    for tag in drawn.choice(SHAPES):
        words.append((drawn.choice(WORDS[tag]), tag) if tag in WORDS else (tag, "PUNCT"))
    (first, tag), *others = words
    return [(first.capitalize(), tag), *others]


def write(folder: Path, parts: Mapping[str, Sequence[Sentence]]) -> Path:
    """Write the files of a treebank; nouns have a language's own tag, too."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, those in parts.items():
        text = conllu(those).replace("\tNOUN\t_", "\tNOUN\tNN")
        (folder / f"xx_small{ENDINGS[part]}").write_text(text, encoding="utf-8")
    return folder


def write_vectors(path: Path, size: int = SIZE) -> Path:
    """Vectors of two words of the training sentences and of one that they do not hold."""
    words = ("cat", "saw", NEW_NOUN)
    lines = (
        f"{word} {' '.join(str(row + column / 8) for column in range(size))}"
        for row, word in enumerate(words, start=1)
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
