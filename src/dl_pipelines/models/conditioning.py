"""How the networks of a GAN learn of the class that an image is to have.

Shapes: B batch, Z latents, C channels, F features, h height and width of maps.
"""

import torch
from torch import Tensor, nn


class NoiseInput(nn.Module):
    """Noise, with an embedding of the class behind it if there are classes.

    Attributes:
        width: Columns of what it gives.
    """

    def __init__(self, latents: int, classes: int, embedding: int) -> None:
        """Set the shape.

        Args:
            latents: Columns of the noise, Z.
            classes: Classes of images; 0 for none.
            embedding: Columns of the class's embedding.
        """
        super().__init__()
        self.classes = nn.Embedding(classes, embedding) if classes else None
        self.width = latents + (embedding if classes else 0)

    def forward(self, noise: Tensor, labels: Tensor | None) -> Tensor:
        """Join noise [B, Z] and the embeddings of labels [B] -> [B, width]."""
        if self.classes is None:
            return noise
        return torch.cat([noise, self.classes(labels)], dim=1)


class ClassBatchNorm2d(nn.Module):
    """Batch norm whose gain and shift are those of the class (Dumoulin et al. 2017).

    Without classes it is the plain one.
    """

    def __init__(self, channels: int, classes: int) -> None:
        """Set the shape; gains start at one, shifts at zero.

        Args:
            channels: Channels of the maps, C.
            classes: Classes of images; 0 for none.
        """
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=not classes)
        self.gain = nn.Embedding(classes, channels) if classes else None
        self.shift = nn.Embedding(classes, channels) if classes else None
        if self.gain is not None and self.shift is not None:
            nn.init.ones_(self.gain.weight)
            nn.init.zeros_(self.shift.weight)

    def forward(self, maps: Tensor, labels: Tensor | None) -> Tensor:
        """Normalise maps [B, C, h, h] over the batch, then scale and shift by labels [B]."""
        normal: Tensor = self.norm(maps)
        if self.gain is None or self.shift is None:
            return normal
        gain: Tensor = self.gain(labels)
        shift: Tensor = self.shift(labels)
        return normal * gain[:, :, None, None] + shift[:, :, None, None]


class ProjectionHead(nn.Module):
    """A logit of features, plus their product with the class (Miyato and Koyama 2018)."""

    def __init__(self, features: int, classes: int) -> None:
        """Set the shape.

        Args:
            features: Columns of the features, F.
            classes: Classes of images; 0 for none.
        """
        super().__init__()
        self.linear = nn.Linear(features, 1)
        self.classes = nn.Embedding(classes, features) if classes else None
        if self.classes is not None:  # as large as the linear layer's weights, not as noise
            nn.init.normal_(self.classes.weight, std=features**-0.5)

    def forward(self, features: Tensor, labels: Tensor | None) -> Tensor:
        """Judge features [B, F] of labels [B] -> logits [B]."""
        logits: Tensor = self.linear(features).squeeze(1)
        if self.classes is None:
            return logits
        direction: Tensor = self.classes(labels)
        return logits + (direction * features).sum(dim=1)
