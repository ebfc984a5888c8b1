"""Networks that make images, with one tensor in and one out, as a model server wants them.

Shapes: N images, S height and width of an image, Z latents.
"""

from torch import Tensor, nn

from dl_pipelines.models.gan import Generator
from dl_pipelines.models.vae import VAE


class ServedImages(nn.Module):
    """Grey levels of rows of noise; `torch.export` can trace it for any number of rows.

    Attributes:
        columns: Of a row: Z, and one more for the class where there are classes.
    """

    def __init__(self, network: VAE | Generator) -> None:
        """Wrap a network in evaluation mode."""
        super().__init__()
        self.network = network
        self.classes = network.classes if isinstance(network, Generator) else 0
        self.columns = network.latents + bool(self.classes)

    @property
    def notes(self) -> dict[str, str]:
        """What goes in and comes out, in words."""
        noise = f"{self.network.latents} columns of standard normal noise"
        label = f", then the class, 0 to {self.classes - 1}" if self.classes else ""
        return {
            "input": f"float32 [N, {self.columns}]: {noise}{label}",
            "output": "uint8 [N, height, width]: grey levels, 0 the background",
        }

    def forward(self, rows: Tensor) -> Tensor:
        """Make images, [N, Z] or [N, Z + 1] -> uint8 [N, S, S]."""
        network = self.network
        if isinstance(network, Generator) and network.classes:
            return network.batch(rows[:, :-1], rows[:, -1].round().long())
        return network.batch(rows)
