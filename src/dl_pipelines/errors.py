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


class TrackingError(DlPipelinesError):
    """The tracking server cannot be used."""
