"""Settings of the pipelines that make images: how they are read, judged and drawn."""

from typing import Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from dl_pipelines.params.base import Settings
from dl_pipelines.params.classification import Classifier, ImageHoldout, ImageTraining
from dl_pipelines.params.compute import Compute
from dl_pipelines.params.generative import AdversarialTraining, Likelihood, VAETraining
from dl_pipelines.params.image_epochs import ImageEpochs
from dl_pipelines.params.images import Augmentation
from dl_pipelines.params.training import Seed

Profile = Literal["full", "quick"]


class Generative(Settings):
    """What all pipelines share that make images.

    Attributes:
        profile: `quick` for a short training and few images, for a look; results bear its name.
    """

    profile: Profile = "full"


class ImageVAETraining(ImageEpochs, VAETraining):
    """How a VAE is trained on images, of which there may be a small sample only."""


class ImageGANTraining(ImageEpochs, AdversarialTraining):
    """How a GAN is trained on images, of which there may be a small sample only."""


class ImageReading(Settings):
    """How the classifier is trained that reads samples, where `mnist_cnn` has left none.

    Attributes:
        holdout: Which images it learns from.
        classifier: What it is.
        training: How it is trained.
        augmentation: How its images are changed.
        compute: Where and how it is trained.
    """

    holdout: ImageHoldout
    classifier: Classifier
    training: ImageTraining
    augmentation: Augmentation
    compute: Compute

    @property
    def of_all_images(self) -> "ImageReading":
        """The same, trained on all images."""
        return self.model_copy(update={"holdout": self.holdout.model_copy(update={"images": None})})

    @property
    def learning(self) -> tuple[Settings, ...]:
        """How it learns: what its weights belong to."""
        return (self.holdout, self.training, self.augmentation)


class SampleJudging(Settings):
    """How the images that a network makes are judged.

    Attributes:
        samples: Images made by each seed's network.
        neighbours: Nearest neighbours that precision and recall go by.
        subsets: Subsets that the kernel distance is a mean over.
        subset_rows: Images of such a subset.
        seed: Seed of the noise and the subsets.
    """

    samples: int = Field(default=10_000, ge=10)
    neighbours: PositiveInt = 3
    subsets: int = Field(default=100, ge=2)  # or there is no spread
    subset_rows: int = Field(default=1000, ge=2)
    seed: Seed = 0

    @property
    def distances(self) -> dict[str, int]:
        """Settings of `evaluation.generation.feature_metrics`."""
        return self.model_dump(exclude={"samples"})


class GANReport(Settings):
    """What else is measured and drawn of a GAN.

    Attributes:
        profile: As in `Generative`.
        followed: Images of the same noise that are made after each epoch.
        grid: Noises that each class is made of, for the figure of a conditional network.
        taught: Samples that a classifier learns from, to be judged on real images; of conditional
            networks only, 0 to leave it out.
    """

    profile: Profile = "full"
    followed: PositiveInt = 100
    grid: PositiveInt = 16
    taught: NonNegativeInt = 55_000


class VAEReport(Settings):
    """What else is measured and drawn of a VAE.

    Attributes:
        profile: As in `Generative`.
        importance_samples: Importance samples of each image whose likelihood is estimated.
        iwae_images: How many test images those are, drawn at random; all if null.
        walk_steps: Pictures of a walk between two test images, both ends with them.
        plane: Places along each of two latents at which images are made.
        seed: Seed of the binarisation and the importance samples.
    """

    profile: Profile = "full"
    importance_samples: PositiveInt = 500
    iwae_images: int | None = Field(default=2000, ge=2)
    walk_steps: int = Field(default=12, ge=2)
    plane: PositiveInt = 20
    seed: Seed = 0

    @property
    def likelihood(self) -> dict[str, Any]:
        """Settings of `training.generation.judge_autoencoder`."""
        settings = Likelihood(
            samples=self.importance_samples, images=self.iwae_images, seed=self.seed
        )
        return settings.model_dump()
