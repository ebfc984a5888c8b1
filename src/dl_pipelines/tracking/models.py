"""Forecasters as MLflow models, exported in a process beside the run.

Exporting an LSTM by `torch.export` unrolls it over its window and takes seconds a model. In a
process of its own that passes while the run goes on, and torch's global state, which an export
changes for a while, is another one's.
"""

import os
import signal
import warnings
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult, Pool
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.errors import TrackingError
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.processes import end_with_parent

Arrays = Mapping[str, NDArray[Any]]

_MODEL_SECONDS = 300.0  # a process that the system has killed never answers


class ModelQueue:
    """Models that are being exported and logged."""

    def __init__(self) -> None:
        """Start nothing: the process starts with the first model."""
        self._pool: Pool | None = None
        self._pending: list[AsyncResult[None]] = []

    def submit(self, uri: str, experiment_id: str, run_id: str, weights: Weights) -> None:
        """Log a forecaster without waiting for it.

        Args:
            uri: The tracking store.
            experiment_id: The experiment of the run.
            run_id: The run that the model belongs to.
            weights: The networks of all seeds; the header holds `architecture`, `network`,
                `window` and `features`.
        """
        if self._pool is None:
            # CUDA and threads do not survive a fork, so the process starts afresh.
            self._pool = get_context("spawn").Pool(1, _start, (os.getpid(),))
        arrays = {name: tensor.numpy() for name, tensor in weights.state.items()}
        arguments = (uri, experiment_id, run_id, arrays, weights.header)
        self._pending.append(self._pool.apply_async(log_forecaster, arguments))

    def wait(self) -> None:
        """Wait for the models and end the process.

        Raises:
            TrackingError: If a model could not be logged.
        """
        try:
            for job in self._pending:
                job.get(_MODEL_SECONDS)
        except Exception as error:  # whatever failed over there, the model is missing here
            raise TrackingError(
                f"a model could not be logged ({type(error).__name__}: {error}): its weights are "
                "in data/06_models; run the node that makes them again."
            ) from error
        finally:
            self.close()

    def close(self) -> None:
        """End the process at once; what it has not logged by now is dropped."""
        if self._pool is not None:
            self._pool.terminate()
            self._pool.join()
        self._pool, self._pending = None, []


def log_forecaster(
    uri: str, experiment_id: str, run_id: str, state: Arrays, header: Mapping[str, Any]
) -> None:
    """Log the average forecaster of all seeds, as a graph that needs none of our code.

    Args:
        uri: The tracking store.
        experiment_id: The experiment of the run.
        run_id: The run that the model belongs to.
        state: As the state of the weights in `ModelQueue.submit`.
        header: As their header.
    """
    # heavy: imported when used
    import mlflow.pytorch  # noqa: PLC0415
    import torch  # noqa: PLC0415
    from mlflow.models import Model, infer_signature  # noqa: PLC0415

    from dl_pipelines.models import build_forecaster  # noqa: PLC0415

    weights = Weights({name: torch.from_numpy(array) for name, array in state.items()})
    networks = [*weights.members().values()]
    forecaster = build_forecaster(header["architecture"], header["network"], networks)
    forecaster.requires_grad_(False)  # halves the time of the export
    # Two windows: the export takes a batch of one for a constant.
    example = np.zeros((2, header["window"], len(header["features"])), dtype=np.float32)
    output = forecaster(torch.from_numpy(example)).numpy()
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment(experiment_id=experiment_id)  # a model does not take it from its run
    Model.log(  # what mlflow.pytorch.log_model calls; this one takes the run to log to
        artifact_path=None,
        name="model",
        flavor=mlflow.pytorch,
        run_id=run_id,
        pytorch_model=forecaster,
        serialization_format="pt2",
        signature=infer_signature(example, output),
        input_example=example,
        metadata=dict(header),
        pip_requirements=[f"torch=={torch.__version__.partition('+')[0]}", "numpy"],
    )


def _start(run: int) -> None:
    """One thread that gives way to training and ends with the run, whose process id is given."""
    end_with_parent(run)
    import torch  # noqa: PLC0415 - heavy: imported when used

    if hasattr(os, "nice"):  # not on Windows
        os.nice(10)
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run itself to answer
