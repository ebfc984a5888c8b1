"""Settings of pictures that a trained classifier reads."""

from typing import Literal

from pydantic import Field, PositiveInt

from dl_pipelines.params.base import Settings


class PictureReading(Settings):
    """Which pictures are read, and by what.

    Attributes:
        folder: Folder of the pictures, relative to the project's root.
        model: The pipeline whose networks read them; `last` for the one that trained last.
        shown: Pictures that the contact sheet and the terminal show, the first ones.
    """

    folder: str = Field(min_length=1)
    model: Literal["last", "mnist_cnn", "mnist_mlp", "mnist_transfer"] = "last"
    shown: PositiveInt = 40
