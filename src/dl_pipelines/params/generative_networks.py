"""Settings of networks that make images."""

from typing import Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from dl_pipelines.params.base import Settings

Widths = tuple[PositiveInt, ...]


class MLPVAE(Settings):
    """A VAE of linear layers; see `dl_pipelines.models.vae.mlp_vae`.

    Attributes:
        hidden: Units of each hidden layer of the encoder; the decoder has them in reverse.
        latents: How many latents there are.
    """

    hidden: Widths = (400,)
    latents: PositiveInt = 20


class ConvVAE(Settings):
    """A convolutional VAE; see `dl_pipelines.models.vae.conv_vae`.

    Attributes:
        channels: Channels after each convolution that halves the image.
        blocks: Residual blocks at each size.
        hidden: Units of the linear layer between maps and latents.
        latents: How many latents there are.
        activation: A key of `dl_pipelines.models.mlp.ACTIVATIONS`.
    """

    channels: Widths = Field(default=(32, 64), min_length=1)
    blocks: NonNegativeInt = 1
    hidden: PositiveInt = 256
    latents: PositiveInt = 32
    activation: Literal["relu", "silu", "gelu", "mish", "tanh"] = "relu"


class MLPGenerator(Settings):
    """The book's generator; see `dl_pipelines.models.gan.mlp_generator`.

    Attributes:
        latents: Columns of the noise.
        hidden: Units of each hidden layer.
        batch_norm: Whether hidden units are normalised over the batch.
        embedding: Columns of a class's embedding, where images are asked for by class.
    """

    latents: PositiveInt = 64
    hidden: Widths = (256, 256)
    batch_norm: bool = False
    embedding: PositiveInt = 16


class MLPDiscriminator(Settings):
    """The book's discriminator; see `dl_pipelines.models.gan.mlp_discriminator`.

    Attributes:
        hidden: Units of each hidden layer.
        spectral_norm: Whether the largest singular value of each layer is kept at one.
    """

    hidden: Widths = (256, 256)
    spectral_norm: bool = False


class ConvGenerator(Settings):
    """The generator of DCGAN; see `dl_pipelines.models.dcgan.conv_generator`.

    Attributes:
        latents: Columns of the noise.
        channels: Channels before each transposed convolution, which doubles the image.
        conditioning: How the class comes in: an `embedding` behind the noise, or the `batch_norm`.
        embedding: Columns of that embedding.
    """

    latents: PositiveInt = 64
    channels: Widths = Field(default=(128, 64), min_length=1)
    conditioning: Literal["embedding", "batch_norm"] = "embedding"
    embedding: PositiveInt = 16


class ConvDiscriminator(Settings):
    """The discriminator of DCGAN; see `dl_pipelines.models.dcgan.conv_discriminator`.

    Attributes:
        channels: Channels after each convolution, which halves the image, rounding down.
        batch_norm: Whether channels are normalised over the batch, as in DCGAN.
        spectral_norm: Whether the largest singular value of each layer is kept at one.
    """

    channels: Widths = Field(default=(32, 64, 128), min_length=1)
    batch_norm: bool = False
    spectral_norm: bool = False
