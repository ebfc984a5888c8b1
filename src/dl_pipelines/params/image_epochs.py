"""How often trainings on images pass over them."""

from typing import Any

from pydantic import Field, PositiveInt

from dl_pipelines.params.base import Settings


class ImageEpochs(Settings):
    """Epochs of a training on images, of which there may be a small sample only.

    Attributes:
        epochs: Passes over the images.
        sample_factor: Where there is only a small sample of the images, `epochs` is multiplied by
            it: it needs more passes for as many steps.
    """

    epochs: PositiveInt
    sample_factor: float = Field(default=1.0, ge=1.0, allow_inf_nan=False)

    def for_images(self, *, sample: bool) -> dict[str, Any]:
        """The settings as keyword arguments, for the whole data set or for its sample."""
        epochs = round(self.epochs * self.sample_factor) if sample else self.epochs
        return self.model_dump(exclude={"sample_factor"}) | {"epochs": epochs}
