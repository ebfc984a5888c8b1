"""Multi-layer perceptrons for tables (book 5.3) and images (3.2), read top to bottom.

Shapes: B batch, F features, S height and width of an image, O outputs.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import TypedDict, Unpack

from torch import Tensor, nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.embeddings import InputSettings, TabularInput
from dl_pipelines.models.images import Pixels
from dl_pipelines.models.layers import BatchNorm1d, GaussianNoise, Linear

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "mish": nn.Mish,
    "tanh": nn.Tanh,
}

# default: torch's, uniform within one over the root of a layer's inputs, the biases too
INITS: dict[str, Callable[[Tensor], object] | None] = {
    "default": None,
    "xavier": nn.init.xavier_uniform_,
    "kaiming": partial(nn.init.kaiming_uniform_, nonlinearity="relu"),
    "orthogonal": nn.init.orthogonal_,
}


class LayerSettings(TypedDict, total=False):
    """Settings of `perceptron`."""

    dropout: float
    batch_norm: bool
    noise: float
    activation: str
    init: str


class MLP(nn.Module):
    """Linear layers, each with batch norm, activation and dropout, and a linear head.

    The book's network is `features=13, hidden=[16, 32]`; its regularised forms (5.7.2) add
    `dropout` or `batch_norm`.
    """

    def __init__(
        self,
        *,
        features: int,
        hidden: Sequence[int],
        numeric: int | None = None,
        dropout: float = 0.0,
        batch_norm: bool = False,
        activation: str = "relu",
        init: str = "default",
        outputs: int = 1,
        **inputs: Unpack[InputSettings],
    ) -> None:
        """Build the network.

        Args:
            features: Columns of the table, F.
            hidden: Units of each hidden layer; none for a linear model.
            numeric: How many columns, the first ones, are numeric; all if None.
            dropout: Probability that a hidden unit is dropped in training.
            batch_norm: Whether hidden units are normalised over the batch before the activation.
            activation: A key of `ACTIVATIONS`.
            init: A key of `INITS`: first weights of the linear layers; the biases then start at
                zero.
            outputs: Numbers to predict, O.
            inputs: Settings of `TabularInput`.

        Raises:
            SettingError: If there is no such activation or initialisation.
        """
        super().__init__()
        self.input = TabularInput(features=features, numeric=numeric, **inputs)
        self.layers = perceptron(
            [self.input.width, *hidden, outputs],
            dropout=dropout,
            batch_norm=batch_norm,
            activation=activation,
            init=init,
        )

    def forward(self, x: Tensor) -> Tensor:
        """Predict from standardised rows [B, F]; returns [B, O]."""
        y: Tensor = self.layers(self.input(x))
        return y


class ImageMLP(nn.Module):
    """The layers of `MLP` on all pixels of an image.

    The book's network is `size=28, classes=10, hidden=[300, 100], batch_norm=True`; noise on pixels
    and normalised layers is that of Rasmus et al. 2015 (their supervised baseline).
    """

    def __init__(
        self,
        *,
        size: int,
        classes: int,
        hidden: Sequence[int],
        input_noise: float = 0.0,
        **layers: Unpack[LayerSettings],
    ) -> None:
        """Build the network.

        Args:
            size: Height and width of an image, S.
            classes: Classes to tell apart, O.
            hidden: Units of each hidden layer; none for a linear model.
            input_noise: Standard deviation of noise on pixels, black -1 and white 1, in training.
            layers: Settings of `perceptron`.

        Raises:
            SettingError: If there is no such activation or initialisation.
        """
        super().__init__()
        self.pixels = Pixels()
        self.noise = GaussianNoise(input_noise) if input_noise else nn.Identity()
        self.layers = perceptron([size**2, *hidden, classes], **layers)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of raw images, [B, S, S] -> [B, O]."""
        y: Tensor = self.layers(self.noise(self.pixels(images)).flatten(1))
        return y


def perceptron(
    widths: Sequence[int],
    *,
    dropout: float = 0.0,
    batch_norm: bool = False,
    noise: float = 0.0,
    activation: str = "relu",
    init: str = "default",
) -> nn.Sequential:
    """Linear layers, each but the last with batch norm, noise, activation and dropout.

    Args:
        widths: Inputs, units of each hidden layer, outputs.
        dropout: Probability that a hidden unit is dropped in training.
        batch_norm: Whether hidden units are normalised over the batch before the activation.
        noise: Standard deviation of noise on hidden units before the activation, in training.
        activation: A key of `ACTIVATIONS`.
        init: A key of `INITS`.

    Raises:
        SettingError: If there is no such activation or initialisation.
    """
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(widths[:-1]):
        layers.append(Linear(fan_in, fan_out))
        layers += [BatchNorm1d(fan_out)] if batch_norm else []
        layers += [GaussianNoise(noise)] if noise else []
        layers.append(build_activation(activation))
        layers += [nn.Dropout(dropout)] if dropout else []
    stack = nn.Sequential(*layers, Linear(widths[-2], widths[-1]))
    initialise(stack, init)
    return stack


def build_activation(name: str) -> nn.Module:
    """Build an activation by its key in `ACTIVATIONS`.

    Raises:
        SettingError: If there is no such activation.
    """
    if name not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise SettingError(f"there is no activation '{name}': choose one of {known}.")
    return ACTIVATIONS[name]()


def initialise(layers: nn.Module, name: str) -> None:
    """Draw first weights of all linear layers in `layers`, in place (book 5.3).

    Args:
        layers: Module with linear layers.
        name: A key of `INITS`: Glorot and Bengio 2010 (xavier), He et al. 2015 (kaiming) or Saxe
            et al. 2014 (orthogonal).

    Raises:
        SettingError: If there is no such initialisation.
    """
    if name not in INITS:
        raise SettingError(f"there is no init '{name}': choose one of {', '.join(INITS)}.")
    draw = INITS[name]
    for layer in layers.modules():
        if draw and isinstance(layer, nn.Linear):
            draw(layer.weight)
            nn.init.zeros_(layer.bias)
