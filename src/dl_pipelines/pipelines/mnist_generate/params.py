"""Settings of `mnist_generate` alone."""

from typing import Literal

from pydantic import Field

from dl_pipelines.params import Settings
from dl_pipelines.params.training import Seed


class Generation(Settings):
    """Which pictures are made, and by what.

    Attributes:
        model: The pipeline whose first network makes them; `last` for the one that trained last.
        count: How many.
        digit: The class of all of them, which only a conditional network can be asked for; null
            for all classes in turn or, by another network, for whatever comes.
        seed: Seed of the noise.
        ink: Whether the files show black on white, as ink on paper; else white on black, as in
            MNIST.
    """

    model: Literal["last", "mnist_cgan", "mnist_dcgan", "mnist_gan", "mnist_vae"] = "last"
    count: int = Field(default=100, ge=1, le=100_000)
    digit: int | None = Field(default=None, ge=0, le=9)
    seed: Seed = 0
    ink: bool = False
