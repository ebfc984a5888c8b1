"""The errors a user can do something about: one sentence with what, where and the remedy."""

import re

_SHOWN_CHARACTERS = 1500, 500  # of a sentence, at its beginning and at its end
_BREAKS = re.compile(r"[\t\r\n]+ *")
# User and password in an address; the last @ ends them, as for `urlsplit`.
_LOGIN = re.compile(r"(?<=://)[^/\s\"]{1,500}@")
SPACES = "\u00a0\u202f\u3000"  # as Chinese, French and file managers write them


class DlPipelinesError(Exception):
    """A user's mistake or an outside failure.

    The message is one sentence fit for the terminal: what is wrong, where (file, row, setting)
    and what to do. `kedro run` prints it without a traceback and exits with a non-zero code.

    What it quotes of a file may be anything: characters that would control a terminal are shown as
    escapes, the middle of a sentence of more than 2,000 characters is left out, and so are user and
    password in an address.
    """

    def __init__(self, sentence: str = "") -> None:
        """Take the message."""
        super().__init__(printable(sentence))


class DataError(DlPipelinesError):
    """A file or a table does not hold what it should."""


class SettingError(DlPipelinesError):
    """A parameter is missing, misspelt or out of range."""


class SourceError(DlPipelinesError):
    """A data provider refused, failed or answered nonsense."""


class UnknownSymbolError(SourceError):
    """A data provider has nothing of a symbol; others may be fine."""


class ProviderRefusedError(SourceError):
    """A data provider refuses whatever it is asked: the next symbol would fare no better."""


class TrackingError(DlPipelinesError):
    """The tracking server cannot be used."""


class ServerAwayError(TrackingError):
    """The tracking server does not answer; it may do so later."""


def without_login(text: str) -> str:
    """Text in which addresses have no user and password."""
    return _LOGIN.sub("", text)


def printable(sentence: str) -> str:
    """Text that may be shown: without passwords, of bounded length, controlling no terminal."""
    sentence = without_login(sentence)
    beginning, end = _SHOWN_CHARACTERS
    if len(sentence) > beginning + end:
        sentence = f"{sentence[:beginning]} … {sentence[-end:]}"
    words = _BREAKS.sub(" ", sentence)
    return "".join(
        each if each.isprintable() or each in SPACES else each.encode("unicode_escape").decode()
        for each in words
    )


def user_error(error: BaseException | None) -> DlPipelinesError | None:
    """The user's error behind an exception.

    Kedro wraps what a dataset raises in an error of its own.

    Args:
        error: Any exception.

    Returns:
        The first error of this module in the chain of causes, or None.
    """
    while error is not None and not isinstance(error, DlPipelinesError):
        error = error.__cause__ or error.__context__
    return error
