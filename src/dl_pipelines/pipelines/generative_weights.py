"""Weights of networks that make images: packed with what they belong to, and checked against it."""

from collections.abc import Sequence
from typing import Any

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Settings
from dl_pipelines.params.generative import Adversaries, Autoencoder
from dl_pipelines.pipelines.belonging import check_identity, images_identity
from dl_pipelines.pipelines.members import State, pack_seeds

Networks = Autoencoder | Adversaries


def pack_weights(
    images: LabelledImages,
    states: Sequence[State],
    seeds: Sequence[int],
    network: Networks,
    learning: Sequence[Settings],
    **told: Any,
) -> Weights:
    """The networks of all seeds in one file that says what they are and how they have learnt.

    Args:
        images: What they have learnt from.
        states: The state_dict of each seed's network.
        seeds: The seeds.
        network: What they are.
        learning: How they have learnt: all settings that `check_weights` is to compare.
        told: What else the file says of them.
    """
    header = {
        **network.model_dump(mode="json"),
        **told,
        "size": images.images.shape[1],
        "identity": images_identity(images, network, learning),
    }
    return pack_seeds(states, seeds, header)


def check_weights(
    weights: Weights,
    images: LabelledImages,
    network: Networks,
    learning: Sequence[Settings],
    *,
    node: str,
) -> None:
    """Find weights that belong to other settings or other images.

    Args:
        weights: Of `pack_weights`.
        images: As there.
        network: As there; another name is no other network.
        learning: As there.
        node: The node that trains them.

    Raises:
        SettingError: If they do.
    """
    identity = images_identity(images, network, learning)
    check_identity(weights, identity, name=network.name, rows="images", node=node)
