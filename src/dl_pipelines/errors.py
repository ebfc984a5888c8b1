"""The errors a user can do something about: one sentence with what, where and the remedy."""


class DlPipelinesError(Exception):
    """A user's mistake or an outside failure.

    The message is one sentence fit for the terminal: what is wrong, where (file, row, setting)
    and what to do. `kedro run` prints it without a traceback and exits with a non-zero code.
    """


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
