"""Settings of `mnist_vae` alone."""

from typing import Any, Literal

from pydantic import Field, PositiveInt

from dl_pipelines.params import Settings
from dl_pipelines.params.generative import Likelihood
from dl_pipelines.params.training import Seed


class VAEReport(Settings):
    """What is measured, made and drawn.

    Attributes:
        profile: `quick` for a short training and few images, for a look; results bear its name.
        importance_samples: Importance samples of each image whose likelihood is estimated.
        iwae_images: How many test images those are, drawn at random; all if null.
        samples: Images made from the prior.
        walk_steps: Pictures of a walk between two test images, both ends with them.
        plane: Places along each of two latents at which images are made.
        seed: Seed of the binarisation, the importance samples and the images from the prior.
    """

    profile: Literal["full", "quick"] = "full"
    importance_samples: PositiveInt = 500
    iwae_images: int | None = Field(default=2000, ge=2)
    samples: PositiveInt = 1000
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
