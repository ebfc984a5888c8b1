"""Settings of networks that classify images."""

from typing import Literal

from pydantic import Field, PositiveInt

from dl_pipelines.params.base import Settings


class ImageMLP(Settings):
    """A multi-layer perceptron on pixels; see `dl_pipelines.models.mlp.ImageMLP`.

    Attributes:
        hidden: Units of each hidden layer.
        batch_norm: Whether hidden units are normalised over the batch.
        dropout: Share of hidden units dropped in training.
        noise: Standard deviation of noise on hidden units before the activation, in training.
        input_noise: That of noise on the pixels, where black is -1 and white is 1.
        activation: A key of `dl_pipelines.models.mlp.ACTIVATIONS`.
        init: First weights: torch's `default`, `xavier`, `kaiming` or `orthogonal`.
    """

    hidden: tuple[PositiveInt, ...]
    batch_norm: bool = False
    dropout: float = Field(default=0.0, ge=0.0, lt=1.0)
    noise: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    input_noise: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    activation: Literal["relu", "silu", "gelu", "mish", "tanh"] = "relu"
    init: Literal["default", "xavier", "kaiming", "orthogonal"] = "default"


class LeNet(Settings):
    """LeNet of the source texts; see `dl_pipelines.models.cnn.LeNet`.

    Attributes:
        channels: Channels of the two convolutions.
        kernel: Their side, in pixels.
        hidden: Units of the two linear layers after them.
    """

    channels: tuple[PositiveInt, PositiveInt] = (6, 16)
    kernel: PositiveInt = 5
    hidden: tuple[PositiveInt, PositiveInt] = (120, 84)


class ConvNet(Settings):
    """3 × 3 convolutions with batch norm; see `dl_pipelines.models.cnn.ConvNet`.

    Attributes:
        stages: Channels of the convolutions of each stage; a max-pool halves the image between
            stages.
        dropout: Share of the pooled features dropped in training.
    """

    stages: tuple[tuple[PositiveInt, ...], ...] = Field(min_length=1)
    dropout: float = Field(default=0.0, ge=0.0, lt=1.0)


class Backbone(Settings):
    """A network of torchvision with a new head; see `dl_pipelines.models.backbones.Backbone`.

    Attributes:
        model: A key of `dl_pipelines.models.backbones.BACKBONES`.
        resize: Height and width that images are resized to.
        frozen: Whether only the head learns.
        weights: Where the others' first weights come from: `none` (random), `torchvision`
            (trained on ImageNet, downloaded once), or a .safetensors or state_dict file, relative
            to the project's root.
    """

    model: Literal[
        "alexnet", "vgg11_bn", "resnet18", "squeezenet1_1", "densenet121", "inception_v3"
    ]
    resize: PositiveInt = 64
    frozen: bool = True
    weights: str = Field(default="none", min_length=1)
