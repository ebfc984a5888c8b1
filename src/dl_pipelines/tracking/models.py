"""Models that can be served from MLflow, made in a process beside the run.

Exporting a network by `torch.export` takes seconds (an LSTM is unrolled over its window). In a
process of its own that passes while the run goes on, and torch's global state, which an export
changes for a while, is another one's. The process reads the model from the file that the catalog
has written.
"""

import os
import signal
import warnings
from collections.abc import Callable
from importlib.metadata import version
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult, Pool
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dl_pipelines.errors import TrackingError
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.processes import end_with_parent
from dl_pipelines.tracking.tagger_form import served_tagger

if TYPE_CHECKING:
    from torch import nn

Form = Callable[[Path], dict[str, Any]]

_MODEL_SECONDS = 300.0  # a process that the system has killed never answers


class ModelQueue:
    """Models that are being exported and logged."""

    def __init__(self) -> None:
        """Start nothing: the process starts with the first model."""
        self._pool: Pool | None = None
        self._pending: list[AsyncResult[None]] = []

    def submit(self, form: Form, file: Path, *, uri: str, experiment_id: str, run_id: str) -> None:
        """Log a model without waiting for it.

        Args:
            form: What makes MLflow's form of the file: `served_network` or `served_estimator`.
            file: Where the catalog keeps the model.
            uri: The tracking store.
            experiment_id: The experiment of the run.
            run_id: The run that the model belongs to.
        """
        if self._pool is None:
            # CUDA and threads do not survive a fork, so the process starts afresh.
            self._pool = get_context("spawn").Pool(1, _start, (os.getpid(),))
        arguments = (form, file, uri, experiment_id, run_id)
        self._pending.append(self._pool.apply_async(_log, arguments))

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
                f"a model could not be logged ({type(error).__name__}: {error}): its file "
                "is in data/06_models; run the node that makes it again."
            ) from error
        finally:
            self.close()

    def close(self) -> None:
        """End the process at once; what it has not logged by now is dropped."""
        if self._pool is not None:
            self._pool.terminate()
            self._pool.join()
        self._pool, self._pending = None, []


def served_network(file: Path) -> dict[str, Any]:
    """The average network of all seeds as a graph that needs none of our code.

    Images are made by the first seed's network, for an average of images is none.

    Args:
        file: A file of `SafetensorsDataset`. Its header is that of a classifier of images, as
            `models.build_voters` takes it, and `shifts` (of the vote, pixels); that of a network
            that makes images, see `models.generative.restore_image_maker`, and `seeds`; that of a
            tagger, see `served_tagger`; or that of a forecaster, see `models.build_forecaster`,
            with `features` (their names), if it takes windows `window` (their length), and
            possibly `example`, two inputs, for zeros may be none that the network will ever see.

    Returns:
        The arguments of the flavor's `save_model`, and `flavor`.
    """
    # heavy: imported when used
    import mlflow.pytorch  # noqa: PLC0415
    import torch  # noqa: PLC0415
    from mlflow.models import infer_signature  # noqa: PLC0415

    weights = SafetensorsDataset(str(file)).load()
    if "vocabulary" in weights.header:
        return served_tagger(file, weights.header)
    network, shape, notes = _judged(weights)
    network.requires_grad_(False)  # halves the time of the export
    # Two inputs: the export would take a batch of one for a constant.
    given = weights.header.get("example", np.zeros((2, *shape)))
    example = np.asarray(given, dtype=np.float32)
    output = network(torch.from_numpy(example)).numpy()
    told = {name: value for name, value in weights.header.items() if name != "example"}
    return {
        "flavor": mlflow.pytorch,
        "pytorch_model": network,
        "serialization_format": "pt2",
        "signature": infer_signature(example, output),
        "input_example": example,
        "metadata": told | notes,
        "pip_requirements": [f"torch=={torch.__version__.partition('+')[0]}", "numpy"],
    }


def served_estimator(file: Path) -> dict[str, Any]:
    """A scikit-learn estimator that takes a frame, without a pickle.

    Args:
        file: A file of `SkopsDataset`.

    Returns:
        The arguments of `mlflow.sklearn.save_model`, and `flavor`.
    """
    # heavy: imported when used
    import mlflow.sklearn  # noqa: PLC0415
    from mlflow.models import infer_signature  # noqa: PLC0415

    from dl_pipelines.io.skops import TRUSTED, SkopsDataset  # noqa: PLC0415

    fitted = SkopsDataset(str(file)).load()
    packages = ("numpy", "pandas", "scikit-learn", "skops")
    return {
        "flavor": mlflow.sklearn,
        "sk_model": fitted.estimator,
        "serialization_format": "skops",
        "skops_trusted_types": list(TRUSTED),
        "signature": infer_signature(fitted.example, fitted.estimator.predict(fitted.example)),
        "input_example": fitted.example,
        "pip_requirements": [f"{package}=={version(package)}" for package in packages],
    }


def _judged(weights: Weights) -> "tuple[nn.Module, tuple[int, ...], dict[str, str]]":
    """The network that was judged, the shape of one input, and what else is to be said of both."""
    # heavy: imported when used
    from dl_pipelines.models import build_forecaster, build_voters  # noqa: PLC0415
    from dl_pipelines.models.generative import restore_image_maker  # noqa: PLC0415
    from dl_pipelines.models.serving import ServedImages  # noqa: PLC0415

    header, members = weights.header, weights.members()
    if "shifts" in header:
        vote = build_voters(header, members.values(), shifts=header["shifts"])
        return vote, (header["size"], header["size"]), {}
    if "size" in header:
        first = members[f"seed_{header['seeds'][0]}"]
        maker = ServedImages(restore_image_maker(header, first))
        return maker, (maker.columns,), maker.notes
    window = (header["window"],) if "window" in header else ()
    forecaster = build_forecaster(header, members.values())
    return forecaster, (*window, len(header["features"])), {}


def _log(form: Form, file: Path, uri: str, experiment_id: str, run_id: str) -> None:
    # heavy: imported when used
    import mlflow  # noqa: PLC0415
    from mlflow.models import Model  # noqa: PLC0415

    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment(experiment_id=experiment_id)  # a model does not take it from its run
    # What the log_model of a flavor calls; this one takes the run to log to.
    Model.log(artifact_path=None, name="model", run_id=run_id, **form(file))


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
