"""MLflow's client for a store that other runs write to at the same moment.

MLflow's store looks whether a row is there, and inserts or changes it then. Where another run has
inserted or deleted that row between the two, the database refuses; the store says BAD_REQUEST.
To be imported when used, for MLflow is heavy.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

_REFUSED = "BAD_REQUEST"  # a value that MLflow itself refuses is an INVALID_PARAMETER_VALUE
_ATTEMPTS = 5  # each refusal is another run's success, so a second one is rare

P = ParamSpec("P")
R = TypeVar("R")


def repeated(write: Callable[P, R]) -> Callable[P, R]:
    """What sets or deletes one thing, for runs that do it at once: whoever comes last, wins.

    What is refused for another reason, or too often, is MLflow's exception as ever.
    """

    @wraps(write)
    def write_again(*args: P.args, **options: P.kwargs) -> R:
        for _ in range(_ATTEMPTS - 1):
            try:
                return write(*args, **options)
            except MlflowException as error:
                if error.error_code != _REFUSED:
                    raise
        return write(*args, **options)

    return write_again


class SharedClient(MlflowClient):
    """Repeats what writes to rows that several runs share.

    A run that was killed is shared, too, by those that find it: that is why tags of runs are here.
    All runs of an experiment share one entry of the same data.
    """

    delete_registered_model_alias = repeated(MlflowClient.delete_registered_model_alias)
    log_inputs = repeated(MlflowClient.log_inputs)
    set_experiment_tag = repeated(MlflowClient.set_experiment_tag)
    set_model_version_tag = repeated(MlflowClient.set_model_version_tag)
    set_registered_model_alias = repeated(MlflowClient.set_registered_model_alias)
    set_tag = repeated(MlflowClient.set_tag)
