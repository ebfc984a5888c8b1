"""Models that can be served from MLflow, made in a process beside the run.

Exporting a network by `torch.export` takes seconds (an LSTM is unrolled over its window). In a
process of its own that passes while the run goes on, and torch's global state, which an export
changes for a while, is another one's. The process reads the model from the file that the catalog
has written.
"""

import math
import os
import signal
import warnings
from collections.abc import Callable
from multiprocessing import TimeoutError as NoAnswerError
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult, Pool
from pathlib import Path
from typing import Any

from dl_pipelines.errors import DlPipelinesError, TrackingError
from dl_pipelines.processes import end_with_parent
from dl_pipelines.tracking.outbox import patiently
from dl_pipelines.tracking.store import quieten
from dl_pipelines.tracking.transfers import transfer

Form = Callable[[Path], dict[str, Any]]

_MODEL_SECONDS = 300.0  # a process that the system has killed never answers


class ModelQueue:
    """Models that are being exported and logged."""

    def __init__(self, patience: float = 0.0) -> None:
        """Start nothing: the process starts with the first model.

        Args:
            patience: Seconds to wait for a server that does not answer.
        """
        self._patience = patience
        self._pool: Pool | None = None
        self._pending: list[AsyncResult[None]] = []
        self._afterwards: list[Callable[[], None]] = []

    def submit(self, form: Form, file: Path, *, uri: str, experiment_id: str, run_id: str) -> None:
        """Log a model without waiting for it.

        Args:
            form: What makes MLflow's form of the file: one of `tracking.forms`.
            file: Where the catalog keeps the model.
            uri: The tracking store.
            experiment_id: The experiment of the run.
            run_id: The run that the model belongs to.
        """
        if self._pool is None:
            # CUDA and threads do not survive a fork, so the process starts afresh.
            self._pool = get_context("spawn").Pool(1, _start, (os.getpid(),))
        arguments = (form, file, uri, experiment_id, run_id)
        # However long the server is away during the run: only `wait`, at its end, is limited.
        options = {"patience": math.inf if self._patience else 0.0}
        self._pending.append(self._pool.apply_async(_log, arguments, options))

    def afterwards(self, action: Callable[[], None]) -> None:
        """Do something when all models are logged, as to submit another; nothing if that fails."""
        self._afterwards.append(action)

    def wait(self, ask: Callable[[Callable[[], None]], None] = lambda action: action()) -> None:
        """Wait for the models, end the process and do what comes afterwards, until all is done.

        Args:
            ask: Does an action; twice, if the server goes meanwhile.

        Raises:
            TrackingError: If a model could not be logged.
        """
        while self._pending or self._afterwards:
            actions = self._afterwards
            try:
                for job in self._pending:
                    job.get(_MODEL_SECONDS + self._patience)
            except DlPipelinesError:
                raise
            except NoAnswerError as error:
                raise TrackingError(
                    f"a model was not logged within {_MODEL_SECONDS + self._patience:g} seconds: "
                    "its file is in data/06_models; see that the tracking server answers, then "
                    "run the same command again."
                ) from error
            except Exception as error:  # whatever failed over there, the model is missing here
                raise TrackingError(
                    f"a model could not be logged ({type(error).__name__}: {error}): its file "
                    "is in data/06_models; run the node that makes it again."
                ) from error
            finally:
                self.close()
            for action in actions:
                ask(action)

    def close(self) -> None:
        """End the process at once; what it has not logged by now is dropped."""
        if self._pool is not None:
            self._pool.terminate()
            self._pool.join()
        self._pool, self._pending, self._afterwards = None, [], []


def _log(
    form: Form, file: Path, uri: str, experiment_id: str, run_id: str, *, patience: float = 0.0
) -> None:
    # heavy: imported when used
    import mlflow  # noqa: PLC0415
    from mlflow.models import Model  # noqa: PLC0415

    quieten()
    mlflow.set_tracking_uri(uri)
    made = form(file)

    def log() -> None:
        mlflow.set_experiment(experiment_id=experiment_id)  # a model has it not from its run
        # What the log_model of a flavor calls; this one takes the run to log to.
        with transfer(uri):
            Model.log(artifact_path=None, name="model", run_id=run_id, **made)

    patiently(log, uri, patience)


def _start(run: int) -> None:
    """One thread that gives way to training and ends with the run, whose process id is given."""
    end_with_parent(run)
    import torch  # noqa: PLC0415 - heavy: imported when used

    if hasattr(os, "nice"):  # not on Windows
        os.nice(19)
    torch.set_num_threads(1)
    # MLflow checks that a model can be served by loading what it has just written, and takes
    # skops files for pickles.
    os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] = "true"
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run itself to answer
