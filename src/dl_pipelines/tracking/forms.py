"""MLflow's forms of models, each made of the file that the catalog has written."""

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.tracking.forecaster_form import served_forecaster
from dl_pipelines.tracking.tagger_form import served_tagger

if TYPE_CHECKING:
    from torch import nn


def served_network(file: Path) -> dict[str, Any]:
    """What is served of networks, by what their header says.

    It is the average network of all seeds as a graph that needs none of our code, unless there is
    more to do than a graph can: see `served_tagger` and `served_forecaster`.

    Images are made by the first seed's network, for an average of images is none.

    Args:
        file: A file of `SafetensorsDataset`. Its header is that of a classifier of images, as
            `models.build_voters` takes it, and `shifts` (of the vote, pixels); that of a network
            that makes images, see `models.generative.restore_image_maker`, and `seeds`; that of a
            tagger, with its `vocabulary`; that of a forecaster of bars, with its `calibration`; or
            that of another forecaster, see `models.build_forecaster`, with `features` (their
            names), if it takes windows `window` (their length), and possibly `example`, two
            inputs, for zeros may be none that the network will ever see.

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
    if "calibration" in weights.header:
        return served_forecaster(file, weights.header)
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
