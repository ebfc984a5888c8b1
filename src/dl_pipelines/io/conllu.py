"""Files in CoNLL-U, the format of Universal Dependencies' treebanks.

The format: https://universaldependencies.org/format.html. The library conllu reads it, but takes
nearly anything for a token; what UD demands of a line is checked here.
"""

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
from conllu import Token, TokenList, parse_sentences, parse_token_and_metadata
from conllu.exceptions import ParseException
from conllu.parser import DEFAULT_FIELDS, parse_id_value

from dl_pipelines.errors import DataError
from dl_pipelines.io.utf8 import read_utf8

UPOS = (
    *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM"),
    *("PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X"),
)

_NO_VALUE = "_"
_NO_SPACE = "SpaceAfter=No"


def read_conllu(path: Path) -> pd.DataFrame:
    """Read the words of a CoNLL-U file; see `parse_conllu`.

    Raises:
        DataError: If the file cannot be read, or is not CoNLL-U in UTF-8.
    """
    return parse_conllu(read_utf8(path), str(path))


def parse_conllu(text: str, file: str) -> pd.DataFrame:
    """Read the syntactic words of a treebank.

    A multiword token (id 1-2) is no word, its parts are; empty nodes (id 8.1) and comments are
    left out. Forms stay as they are written.

    Args:
        text: In CoNLL-U; Windows' line ends and a last sentence without a blank line will do.
        file: Where it came from, for error sentences.

    Returns:
        One row a word: sentence and position in it (int64, from 0), form, tag (one of `UPOS`),
        xpos, feats and deprel (text, empty for `_`), space_after (bool: whether the text has a
        space after the word).

    Raises:
        DataError: For a line without 10 filled columns or with a lone carriage return at its end,
            ids other than 1, 2, 3 …, an unknown tag, or no sentence at all; naming the file and
            the line.
    """
    _check_line_ends(text, file)
    numbers = iter(_token_lines(text, file))
    rows: list[tuple[object, ...]] = []
    sentence = 0
    for tokens in _sentences(text):
        # The tokens come first: zip then takes no line number too many.
        words = _words(zip(tokens, numbers, strict=False), file)
        rows += [(sentence, position, *_cells(word)) for position, word in enumerate(words)]
        sentence += bool(words)
    if not rows:
        raise DataError(f"{file} holds no sentence: put a CoNLL-U file there that holds some.")
    columns = ["sentence", "position", "form", "tag", "xpos", "feats", "deprel", "space_after"]
    return pd.DataFrame(rows, columns=columns)


def _check_line_ends(text: str, file: str) -> None:
    if lone := re.search(r"\r(?=[^\r\n])", text):
        line = text.count("\n", 0, lone.start()) + 1
        raise DataError(
            f"{file}, line {line} ends with a lone carriage return: save the file with line feeds, "
            "or the line ends of Windows."
        )


def _token_lines(text: str, file: str) -> list[int]:
    """Numbers of the lines, from 1, that hold a token; each is found to have 10 columns."""
    numbers = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.strip().startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != len(DEFAULT_FIELDS):
            finding = f"{len(cells)} columns" if len(cells) > 1 else "no tab"
        elif not all(cell.strip() for cell in cells):
            finding = "an empty column"
        elif any("  " in cell for cell in cells[:-1]):  # MISC may hold any text
            finding = "two spaces in a row"
        else:
            numbers.append(number)
            continue
        raise DataError(
            f"{file}, line {number} has {finding}: write {len(DEFAULT_FIELDS)} columns with one "
            f"tab between them, and {_NO_VALUE} where there is no value."
        )
    return numbers


def _sentences(text: str) -> Iterator[TokenList]:
    """The library's tokens: ids parsed (but see `_id`), everything else as written."""
    parsers = dict.fromkeys(DEFAULT_FIELDS, _as_written) | {"id": _id}
    # The library would end a column at two spaces.
    for block in parse_sentences(io.StringIO(re.sub(" {2,}", " ", text))):
        yield parse_token_and_metadata(block, DEFAULT_FIELDS, dict(parsers))  # it changes them


def _as_written(cells: list[str], column: int) -> str:
    return cells[column]


def _id(cells: list[str], column: int) -> object:
    """1, (1, "-", 2) for a multiword token, (8, ".", 1) for an empty node, or as written if bad."""
    try:
        return parse_id_value(cells[column])
    except (ParseException, ValueError):  # neither tells the line
        return cells[column]


def _words(tokens: Iterable[tuple[Token, int]], file: str) -> list[Token]:
    """The syntactic words of a sentence among its tokens and their lines.

    What MISC tells of the space after a multiword token goes to its last word.
    """
    words: list[Token] = []
    covered, outer = 0, ""  # last word of the multiword token before, and its MISC
    for token, line in tokens:
        match token["id"]:
            case int(number) if number == len(words) + 1:
                if token["upos"] not in UPOS:
                    raise _wrong_tag(token["upos"], file, line)
                if number <= covered:
                    token["misc"] = _NO_SPACE if number < covered else outer
                words.append(token)
            case (int(first), "-", int(last)) if covered < first == len(words) + 1:
                covered, outer = last, token["misc"]
            case (int(before), ".", _) if before == len(words):
                continue
            case _:
                raise DataError(
                    f"{file}, line {line}: the next id should be {len(words) + 1}: number a "
                    "sentence's words 1, 2, 3 …, and put a blank line between sentences."
                )
    if covered > len(words):
        raise DataError(
            f"{file}, line {line}: the sentence ends before word {covered}, the end of a multiword "
            "token: put the missing words there, or correct the token's id."
        )
    return words


def _wrong_tag(tag: str, file: str, line: int) -> DataError:
    return DataError(
        f"{file}, line {line}: '{tag}' is no universal part-of-speech tag: write one of "
        f"{', '.join(UPOS)}."
    )


def _cells(word: Token) -> tuple[object, ...]:
    """The cells of a row from `form` on."""
    values = ("" if word[name] == _NO_VALUE else word[name] for name in ("xpos", "feats", "deprel"))
    space_after = _NO_SPACE not in word["misc"].split("|")
    return word["form"], word["upos"], *values, space_after
