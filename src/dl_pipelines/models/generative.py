"""Networks that make images, by name."""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from dl_pipelines.models.building import build
from dl_pipelines.models.dcgan import conv_discriminator, conv_generator
from dl_pipelines.models.gan import (
    GAN,
    Discriminator,
    Generator,
    mlp_discriminator,
    mlp_generator,
)
from dl_pipelines.models.vae import VAE, conv_vae, mlp_vae

AUTOENCODERS: dict[str, Callable[..., VAE]] = {"mlp": mlp_vae, "conv": conv_vae}
GENERATORS: dict[str, Callable[..., Generator]] = {"mlp": mlp_generator, "conv": conv_generator}
DISCRIMINATORS: dict[str, Callable[..., Discriminator]] = {
    "mlp": mlp_discriminator,
    "conv": conv_discriminator,
}


def build_autoencoder(architecture: str, settings: Mapping[str, Any], *, size: int) -> VAE:
    """Build a variational autoencoder of images with fresh weights.

    Args:
        architecture: A key of `AUTOENCODERS`.
        settings: Keyword arguments of that architecture, without `size`.
        size: Height and width of an image.

    Raises:
        SettingError: If there is no such architecture, or it has no such setting or value.
    """
    return build(AUTOENCODERS, architecture, settings, size=size)


def build_generator(
    architecture: str, settings: Mapping[str, Any], *, size: int, classes: int
) -> Generator:
    """Build a generator of images with fresh weights.

    Args:
        architecture: A key of `GENERATORS`.
        settings: Keyword arguments of that architecture, without `size` and `classes`.
        size: Height and width of an image.
        classes: Classes that can be asked for; 0 for none.

    Raises:
        SettingError: If there is no such architecture, or it has no such setting or value.
    """
    return build(GENERATORS, architecture, settings, size=size, classes=classes)


def build_gan(
    architecture: str,
    generator: Mapping[str, Any],
    discriminator: Mapping[str, Any],
    *,
    size: int,
    classes: int,
) -> GAN:
    """Build a generator and its discriminator with fresh weights.

    Args:
        architecture: A key of `GENERATORS` and of `DISCRIMINATORS`.
        generator: Settings of the one, see `build_generator`.
        discriminator: Settings of the other, likewise.
        size: Height and width of an image.
        classes: Classes that both are told; 0 for none.

    Raises:
        SettingError: If there is no such architecture, or it has no such setting or value.
    """
    shape = {"size": size, "classes": classes}
    judge = build(DISCRIMINATORS, architecture, discriminator, **shape)
    return GAN(build_generator(architecture, generator, **shape), judge)


def restore_autoencoder(header: Mapping[str, Any], state: Mapping[str, Tensor]) -> VAE:
    """Rebuild a trained autoencoder.

    Args:
        header: What a file of weights says of it: `architecture` and `network` as
            `build_autoencoder` takes them, and `size`.
        state: Its state_dict.

    Returns:
        The autoencoder in evaluation mode.
    """
    model = build_autoencoder(header["architecture"], header["network"], size=header["size"])
    model.load_state_dict(state)
    return model.eval()


def restore_generator(header: Mapping[str, Any], state: Mapping[str, Tensor]) -> Generator:
    """Rebuild a trained generator.

    Args:
        header: What a file of weights says of it: `architecture` and `generator` as
            `build_generator` takes them, and `size` and `classes`.
        state: Its state_dict.

    Returns:
        The generator in evaluation mode.
    """
    shape = {"size": header["size"], "classes": header["classes"]}
    generator = build_generator(header["architecture"], header["generator"], **shape)
    generator.load_state_dict(state)
    return generator.eval()


def restore_image_maker(header: Mapping[str, Any], state: Mapping[str, Tensor]) -> VAE | Generator:
    """Rebuild a trained network that makes images, of whichever kind.

    Args:
        header: As for `restore_generator` or `restore_autoencoder`.
        state: Its state_dict.

    Returns:
        The network in evaluation mode.
    """
    if "generator" in header:
        return restore_generator(header, state)
    return restore_autoencoder(header, state)
