"""An error's sentence is fit for a terminal, whatever the file that it quotes holds."""

import pickle

import pytest

from dl_pipelines.errors import DataError, SourceError, UnknownSymbolError


@pytest.mark.parametrize(
    ("quoted", "shown"),
    [
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("two\nlines and a\ttab", "two lines and a tab"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("half a pair \udcff", r"half a pair \udcff"),
        ("http://mona:pa55@host:5000/api", "http://host:5000/api"),
        ("http://mona:it's@host:5000/api", "http://host:5000/api"),
        (
            "postgresql+psycopg://u:p%2F@db/x, https://a/b@c",
            "postgresql+psycopg://db/x, https://a/b@c",
        ),
        ("日线\u3000é ×", "日线\u3000é ×"),
    ],
)
def test_a_sentence_controls_no_terminal(quoted, shown):
    assert (
        str(DataError(f"row 1 has '{quoted}': correct it.")) == f"row 1 has '{shown}': correct it."
    )


def test_a_sentence_that_quotes_a_long_cell_keeps_its_beginning_and_its_remedy():
    sentence = str(SourceError(f"row 1 has '{'9' * 10**6}': correct it."))
    assert sentence.startswith("row 1 has '999")
    assert sentence.endswith("999': correct it.")
    assert len(sentence) == 2003


def test_an_error_comes_whole_from_another_process():
    error = pickle.loads(pickle.dumps(UnknownSymbolError("no \x1b; correct it.")))  # noqa: S301 - our own
    assert type(error) is UnknownSymbolError
    assert str(error) == r"no \x1b; correct it."
