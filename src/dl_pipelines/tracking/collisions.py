"""Writes that two runs make at the same moment.

MLflow's store looks whether a row is there, and inserts or changes it then. Where another run has
inserted or deleted that row between the two, the database refuses; the store says BAD_REQUEST.
"""

from collections.abc import Callable

_REFUSED = "BAD_REQUEST"  # a value that MLflow itself refuses is an INVALID_PARAMETER_VALUE
_ATTEMPTS = 5  # each refusal is another run's success, so a second one is rare


def write_at_once(write: Callable[[], object]) -> None:
    """Write what another run may be writing, too: whoever comes last, wins.

    Args:
        write: Sets or deletes one thing; it may be called several times.

    Raises:
        mlflow.exceptions.MlflowException: If the store does not take it for another reason.
    """
    # heavy: imported when used
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    for _ in range(_ATTEMPTS - 1):
        try:
            write()
        except MlflowException as error:
            if error.error_code != _REFUSED:
                raise
        else:
            return
    write()
