"""Settings of pictures that a trained classifier reads."""

from typing import Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from dl_pipelines.params.base import Settings


class PictureReading(Settings):
    """Which pictures are read, and by what.

    Attributes:
        folder: Folder of the pictures, relative to the project's root.
        model: The pipeline whose networks read them, as it has trained them last.
        shifts: Pixels by which pictures are moved to and fro before the networks vote.
        shown: Pictures that the contact sheet and the terminal show, the first ones.
    """

    folder: str = Field(min_length=1)
    model: Literal["mnist_mlp", "mnist_cnn"]
    shifts: NonNegativeInt = 0
    shown: PositiveInt = 40
