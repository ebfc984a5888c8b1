"""Models that MLflow serves, logged sooner than in a user's run, where nobody waits for them."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from dl_pipelines.tracking import models


def start_at_once(run: int) -> None:
    """Begin the process of the models without giving way to others: a test waits for it."""
    os.nice = lambda _: 0  # of that process alone
    models._start(run)


@contextmanager
def models_logged_here() -> Iterator[None]:
    """Let runs log their models in this process: one of their own first imports for seconds."""
    trusted = {"MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "true"}  # as in the models' own process
    with (
        mock.patch.object(models.ModelQueue, "submit", _log),
        mock.patch.dict(os.environ, trusted),  # MLflow leaves its choice of a store there, too
    ):
        yield


def _log(_: models.ModelQueue, form: models.Form, file: Path, **place: Any) -> None:
    """Take the place of `ModelQueue.submit`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models._log(form, file, **place)
