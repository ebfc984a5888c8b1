"""What stored weights belong to: their file says by which settings and rows they were trained."""

from collections.abc import Sequence

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.errors import SettingError
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Settings
from dl_pipelines.training.checkpoints import fingerprint


def images_fingerprint(images: LabelledImages) -> str:
    """Which images these are, and which of them are the test."""
    return fingerprint({"known": images.known}, [images.images, images.labels])


def images_identity(images: LabelledImages, network: Settings, learning: Sequence[Settings]) -> str:
    """What networks of images belong to: what they are, what they have learnt from, and how.

    Args:
        images: What they have learnt from.
        network: What they are; another `name` is no other network.
        learning: How they have learnt.
    """
    settings = {type(one).__name__: one.model_dump() for one in learning}
    settings["network"] = network.model_dump(exclude={"name"})
    return fingerprint({**settings, "known": images.known}, [images.images, images.labels])


def check_identity(weights: Weights, identity: str, *, name: str, rows: str, node: str) -> None:
    """Find weights that belong to other settings or other rows.

    Args:
        weights: Their header holds the `identity` that they were packed with.
        identity: That of this run.
        name: What figures call the network.
        rows: What it has learnt from, in a word, e.g. `days`.
        node: The node that trains it.

    Raises:
        SettingError: If they do.
    """
    if weights.header.get("identity") != identity:
        raise SettingError(
            f"the weights of '{name}' were trained with other settings or on other {rows} than "
            f"those of this run: run its node {node} first."
        )
