"""Settings of pipelines that classify images."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt, model_validator

from dl_pipelines.params.base import Settings
from dl_pipelines.params.image_epochs import ImageEpochs
from dl_pipelines.params.image_networks import Backbone, ConvNet, ImageMLP, LeNet
from dl_pipelines.params.training import Loss, Seed, Training


class Mnist(Settings):
    """Which pictures are learnt from, and by which recipe.

    Attributes:
        dataset: `digits` (MNIST) or `fashion` (Fashion-MNIST).
        mlp: The group of settings of `mnist_mlp`; its file says which there are.
        cnn: That of `mnist_cnn`.
        vae: That of `mnist_vae`.
        gan: That of `mnist_gan`.
        dcgan: That of `mnist_dcgan`.
        cgan: That of `mnist_cgan`.
    """

    dataset: Literal["digits", "fashion"]
    mlp: str
    cnn: str
    vae: str
    gan: str
    dcgan: str
    cgan: str


class Classifier(Settings):
    """A network that tells classes of images apart.

    Attributes:
        name: What figures call it.
        architecture: A key of `dl_pipelines.models.CLASSIFIERS`.
        network: Settings of that architecture.
        shifts: Pixels by which images are moved to and fro before the networks of all seeds vote;
            0 for the image alone.
    """

    name: str
    architecture: Literal["image_mlp", "lenet", "convnet", "backbone"]
    network: ImageMLP | LeNet | ConvNet | Backbone
    shifts: NonNegativeInt = 0

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


class ClassLoss(Loss):
    """The loss of classes; the others of `Loss` are of numbers.

    Attributes:
        name: Which loss.
    """

    name: Literal["cross_entropy"] = "cross_entropy"


class ImageTraining(ImageEpochs, Training):
    """How a classifier of images is trained.

    Attributes:
        loss: The training loss.
    """

    loss: ClassLoss = ClassLoss()

    @property
    def validates(self) -> bool:
        """Whether images that validate decide how it goes on."""
        return self.patience is not None or self.schedule.name == "plateau"


class ImageHoldout(Settings):
    """Which of the training images validate; the test images are the data set's own.

    Attributes:
        validation_fraction: Share of the training images; each class has its share of them.
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
        rotations: Degrees by which test images are turned.
        noises: Standard deviations of noise added to them, in grey levels of 255.
        occlusions: Sides of a black square put onto them, pixels.
        disturbed: How many test images these disturbances are measured on; drawn at random, each
            class with its share.
    """

    bins: PositiveInt = 15
    mistakes: PositiveInt = 30
    rotations: tuple[Annotated[float, Field(allow_inf_nan=False)], ...] = (-30, -15, 0, 15, 30)
    noises: tuple[Annotated[NonNegativeFloat, Field(allow_inf_nan=False)], ...] = (0, 32, 64, 96)
    occlusions: tuple[NonNegativeInt, ...] = (0, 4, 8, 12)
    disturbed: PositiveInt = 2000

    @model_validator(mode="after")
    def _disturbs(self) -> "ClassReport":
        if not any((*self.rotations, *self.noises, *self.occlusions)):
            raise ValueError(
                "rotations, noises and occlusions disturb nothing: give one of them a level "
                "other than 0"
            )
        return self

    @property
    def disturbances(self) -> dict[str, Any]:
        """Keyword arguments of `data.digits.LabelledImages.disturbed`, with 0, the undisturbed."""
        levels = self.model_dump(include={"rotations", "noises", "occlusions"})
        each = {name: tuple(dict.fromkeys((0, *given))) for name, given in levels.items() if given}
        return {**dict.fromkeys(levels, ()), **each, "count": self.disturbed}
