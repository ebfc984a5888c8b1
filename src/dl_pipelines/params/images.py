"""Settings of images that are changed at random to learn from."""

from typing import Annotated

from pydantic import Field

from dl_pipelines.params.base import Settings

Pixels = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class Augmentation(Settings):
    """How far training images are changed; see `dl_pipelines.data.augmentation.augment`.

    Attributes:
        rotation: Largest turn, degrees.
        shift: Largest move along each axis, pixels.
        scale: Largest growth or shrinkage, as a share of the size.
        shear: Largest slant of upright lines, degrees.
        elastic: Strength of the bending, pixels before it is smoothed.
        elastic_sigma: Standard deviation of the smoothing, pixels; Simard et al. 2003 take 4, and
            an `elastic` of 34.
    """

    rotation: float = Field(default=0.0, ge=0.0, le=180.0)
    shift: Pixels = 0.0
    scale: float = Field(default=0.0, ge=0.0, lt=1.0)
    shear: float = Field(default=0.0, ge=0.0, lt=90.0)
    elastic: Pixels = 0.0
    elastic_sigma: float = Field(default=4.0, ge=1.0, allow_inf_nan=False)

    @property
    def changes(self) -> bool:
        """Whether images are changed at all."""
        return any((self.rotation, self.shift, self.scale, self.shear, self.elastic))
