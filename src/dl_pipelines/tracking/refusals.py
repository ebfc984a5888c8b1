"""A tracking server that answers, and does not let the user in or do something."""

from dl_pipelines.errors import TrackingError

_STATUSES = {"UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403}  # as MLflow calls them
_PASSWORD, _PERMISSION = _STATUSES.values()


def refusal(error: BaseException, server: str = "") -> TrackingError | None:
    """The sentence for a user who is not let in, or may not do something.

    Args:
        error: A failure of MLflow or of the network.
        server: The address of the server, without user and password, if it is known.

    Returns:
        None if it is another failure.
    """
    where = f"the tracking server {server}".rstrip()
    status = refused_status(error)
    if status == _PASSWORD:
        return TrackingError(
            f"{where} {_not_known()} (401): set MLFLOW_TRACKING_USERNAME and "
            "MLFLOW_TRACKING_PASSWORD, or write both to ~/.mlflow/credentials."
        )
    if status == _PERMISSION:
        return TrackingError(
            f"{where} does not let {_user() or 'this user'} do this (403): ask its administrator "
            "for the permission EDIT on the experiment and on the registered model, or name "
            "another experiment by tracking.experiment."
        )
    return None


def refused_status(error: BaseException) -> int | None:
    """401 if the server does not know the user, 403 if that user may not do this, else None."""
    code = getattr(error, "error_code", None)  # of the API; files answer with a plain status
    status = _STATUSES.get(str(code)) or getattr(
        getattr(error, "response", None), "status_code", None
    )
    return status if status in _STATUSES.values() else None


def _not_known() -> str:
    name = _user()
    return (
        f"does not know the user {name}, or the password is another one"
        if name
        else "asks for a user and a password"
    )


def _user() -> str:
    # heavy: imported when used
    from mlflow.utils.credentials import read_mlflow_creds  # noqa: PLC0415

    name = read_mlflow_creds().username
    return f"'{name}'" if name else ""
