"""Which failures of a tracking store mean that its server is away, and may come back."""

from urllib.parse import urlsplit

from dl_pipelines.errors import ServerAwayError

_LATER = (429, 502, 503, 504)  # too many requests; of a proxy whose server is down


def is_outage(uri: str, error: BaseException | None) -> bool:
    """Whether a store failed because its server, or a database's, cannot be reached now.

    Args:
        uri: The store; one that is a local file is never away.
        error: The failure.
    """
    # heavy: imported when used
    import requests  # noqa: PLC0415
    from mlflow.exceptions import MlflowException  # noqa: PLC0415
    from mlflow.protos.databricks_pb2 import (  # noqa: PLC0415
        TEMPORARILY_UNAVAILABLE,
        ErrorCode,
    )

    if urlsplit(uri).hostname is None:
        return False
    away = (ServerAwayError, requests.ConnectionError, requests.Timeout)
    kinds = (ConnectionError, TimeoutError, *away)
    unavailable = ErrorCode.Name(TEMPORARILY_UNAVAILABLE)
    while error is not None:
        if isinstance(error, kinds):
            return True
        if isinstance(error, requests.exceptions.RetryError):  # MLflow has asked several times
            return any(f"too many {status} error" in str(error) for status in _LATER)
        if isinstance(error, MlflowException) and error.error_code == unavailable:
            return True
        answer = getattr(error, "response", None)
        if getattr(answer, "status_code", None) in _LATER:
            return True
        error = error.__cause__ or _unnamed_cause(error)
    return False


def _unnamed_cause(error: BaseException) -> BaseException | None:
    """The failed request behind MLflow's own exception, which does not name it as its cause.

    Of others it may be anything that is being handled: Kedro calls hooks within its `except`.
    """
    # heavy: imported when used
    from mlflow.exceptions import MlflowException, RestException  # noqa: PLC0415

    if isinstance(error, RestException) or not isinstance(error, MlflowException):
        return None
    return error.__context__ if error.error_code == "INTERNAL_ERROR" else None
