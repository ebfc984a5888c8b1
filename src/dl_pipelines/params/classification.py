"""Settings of pipelines that classify images."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from dl_pipelines.params.base import Settings
from dl_pipelines.params.training import Seed, Training


class Mnist(Settings):
    """Which pictures are classified, and by which recipe.

    Attributes:
        dataset: `digits` (MNIST) or `fashion` (Fashion-MNIST).
        mlp: The group of settings of `mnist_mlp`; its file says which there are.
        cnn: That of `mnist_cnn`.
    """

    dataset: Literal["digits", "fashion"]
    mlp: str
    cnn: str


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


class Classifier(Settings):
    """A network that tells classes of images apart.

    Attributes:
        name: What figures call it.
        architecture: A key of `dl_pipelines.models.CLASSIFIERS`.
        network: Settings of that architecture.
    """

    name: str
    architecture: Literal["image_mlp", "lenet", "convnet", "backbone"]
    network: ImageMLP | LeNet | ConvNet | Backbone

    @model_validator(mode="before")
    @classmethod
    def _network_of_architecture(cls, settings: Any) -> Any:
        """Check the network's settings against its own architecture only."""
        if not isinstance(settings, Mapping) or not isinstance(settings.get("network"), Mapping):
            return settings
        kinds: dict[Any, type[Settings]] = {
            "image_mlp": ImageMLP,
            "lenet": LeNet,
            "convnet": ConvNet,
            "backbone": Backbone,
        }
        kind = kinds.get(str(settings.get("architecture")))
        if kind is None:  # the architecture is what is wrong
            return {**settings, "network": LeNet()}
        return {**settings, "network": kind.model_validate(settings["network"])}


class ImageTraining(Training):
    """How a classifier of images is trained.

    Attributes:
        sample_epochs: Passes where there is only a small sample of the images, if other than
            `epochs`: it needs more of them for as many steps.
    """

    sample_epochs: PositiveInt | None = None

    def for_images(self, *, sample: bool) -> Training:
        """The settings for the whole data set, or for its sample."""
        settings = self.model_dump(exclude={"sample_epochs"})
        epochs = self.sample_epochs if sample and self.sample_epochs else self.epochs
        return Training.model_validate(settings | {"epochs": epochs})


class ImageHoldout(Settings):
    """Which of the training images validate; the test images are the data set's own.

    Attributes:
        validation_fraction: Share of the training images, equally many of each class.
        images: How many training images are used, to learn and to validate; all if null.
        seed: Seed that draws them.
    """

    validation_fraction: float = Field(default=1 / 12, gt=0.0, lt=1.0)
    images: PositiveInt | None = None
    seed: Seed = 0


class ImageFolds(Settings):
    """Cross-validation on the training images.

    Attributes:
        folds: Parts, k; 0 leaves it out.
        seed: Seed that draws them.
    """

    folds: NonNegativeInt = 0
    seed: Seed = 0

    @model_validator(mode="after")
    def _none_or_several(self) -> "ImageFolds":
        if self.folds == 1:
            raise ValueError("folds is 1: set it to 2 or more, or to 0 to leave k-fold out")
        return self


class ClassReport(Settings):
    """What is measured beside the accuracy.

    Attributes:
        bins: Bins of the reliability diagram and the expected calibration error.
        mistakes: Pictures of the worst mistakes.
        shifts: Pixels by which images are moved to and fro before the networks of all seeds vote.
        rotations: Degrees by which test images are turned.
        noises: Standard deviations of noise added to them, in grey levels of 255.
        occlusions: Sides of a black square put onto them, pixels.
        disturbed: How many test images, the first ones, these disturbances are measured on.
    """

    bins: PositiveInt = 15
    mistakes: PositiveInt = 30
    shifts: NonNegativeInt = 1
    rotations: tuple[float, ...] = (-30, -15, 0, 15, 30)
    noises: tuple[float, ...] = (0, 32, 64, 96)
    occlusions: tuple[NonNegativeInt, ...] = (0, 4, 8, 12)
    disturbed: PositiveInt = 2000

    @property
    def disturbances(self) -> dict[str, Any]:
        """Keyword arguments of `data.digits.LabelledImages.disturbed`."""
        levels = self.model_dump(include={"rotations", "noises", "occlusions"})
        return {**levels, "count": self.disturbed}
