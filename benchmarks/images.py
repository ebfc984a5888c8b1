"""Cost of training on images: seconds an epoch against a bare torch loop and DataLoader loops.

All train the book's MLP (3.2) on 60,000 random images with the same optimizer, in turns, so that
a busy machine slows all of them alike. One DataLoader has the cheapest transform there is, one
image to normalised floats; the other has the steps of torchvision's MNIST, ToTensor and Normalize,
which the book takes. The last one is our loop with every change of `augment`.

    python benchmarks/images.py [--rounds 7] [--threads 1]
"""

import resource
import sys
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import Dataset

from dl_pipelines.data.augmentation import augment
from dl_pipelines.models.mlp import ImageMLP
from epochs import Task, bare_loop, loader_loop, our_loop
from results import Row, publish
from timing import Program, compared, interleave, options

IMAGES, SIZE, CLASSES, HIDDEN, BATCH = 60_000, 28, 10, (300, 100), 64
RATE, MOMENTUM = 0.02, 0.9
CHANGES = {"rotation": 10.0, "shift": 2.0, "scale": 0.1, "shear": 5.0, "elastic": 34.0}


def main() -> None:
    """Print the table."""
    given = options(__doc__, rounds=7)
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    task = classification()
    ours = our_loop(task)
    ours()  # first of all, so that the peak is its own
    memory = peak_memory()
    programs: dict[str, Program] = {
        "bare": bare_loop(task),
        "ours": ours,
        "DataLoader, cheapest transform": transformed_loop(task, cheapest_transform),
        "DataLoader, torchvision's transforms": transformed_loop(task, torchvision_transform),
        "ours, augmented": our_loop(task, partial(augment, **CHANGES)),
    }
    seconds = interleave(programs, given.rounds)
    rows = compared(seconds, "bare", label="mnist_mlp: {}", unit="s an epoch")
    about = f"{IMAGES} images, MLP {HIDDEN}, batch {BATCH}, threads: {given.threads}"
    peak = Row("mnist_mlp: peak memory of ours", memory, "MiB")
    publish("images", f"{about}, {given.rounds} rounds", [*rows, peak])


def classification() -> Task:
    """The book's network and optimizer on random images."""
    return Task(
        inputs=torch.randint(0, 256, (IMAGES, SIZE, SIZE), dtype=torch.uint8),
        targets=torch.randint(0, CLASSES, (IMAGES,)),
        batch_size=BATCH,
        model=network,
        optimizer={"name": "momentum", "lr": RATE, "momentum": MOMENTUM},
        loss="cross_entropy",
    )


def network() -> ImageMLP:
    """The book's network, from raw images."""
    return ImageMLP(size=SIZE, classes=CLASSES, hidden=HIDDEN, batch_norm=True)


def peak_memory() -> float:
    """Most resident memory this process has had, MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def transformed_loop(task: Task, transform: Callable[[Tensor], Tensor]) -> Program:
    """A DataLoader that transforms image by image, and the layers behind the normalisation."""
    model = nn.Sequential(nn.Flatten(), network().layers)
    return loader_loop(task, Transformed(task.inputs, task.targets, transform), model)


class Transformed(Dataset[tuple[Tensor, ...]]):
    """Images that become normalised floats one by one, as torchvision's datasets do."""

    def __init__(
        self, images: Tensor, labels: Tensor, transform: Callable[[Tensor], Tensor]
    ) -> None:
        """Hold images [N, H, W] and labels [N]."""
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self) -> int:
        """Images there are, N."""
        return len(self.images)

    def __getitem__(self, row: int) -> tuple[Tensor, ...]:
        """One image [1, H, W] and its label."""
        return self.transform(self.images[row]), self.labels[row]


def cheapest_transform(image: Tensor) -> Tensor:
    """Normalise in place, [H, W] -> [1, H, W]."""
    return image.float().div_(255).sub_(0.5).div_(0.5).unsqueeze(0)


def torchvision_transform(image: Tensor) -> Tensor:
    """What `datasets.MNIST`, `ToTensor` and `Normalize((0.5,), (0.5,))` do to one image.

    torchvision itself cannot be imported beside every build of torch; these are its steps.
    """
    picture = Image.fromarray(image.numpy(), mode="L")  # datasets.MNIST
    pixels = torch.from_numpy(np.array(picture, copy=True)).view(SIZE, SIZE, 1)  # ToTensor
    shares = pixels.permute(2, 0, 1).contiguous().to(torch.get_default_dtype()).div(255)
    mean, std = (torch.as_tensor([0.5]).view(-1, 1, 1) for _ in range(2))  # Normalize
    return shares.clone().sub_(mean).div_(std)


if __name__ == "__main__":
    main()
