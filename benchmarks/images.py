"""Cost of training on images: seconds an epoch against a bare torch loop and a DataLoader loop.

All train the book's MLP (3.2) on 60,000 random images with the same optimizer, in turns, so that
a busy machine slows all of them alike; what counts is the median of each round's ratios. The
DataLoader has the cheapest transform there is: one image to normalised floats. The last line is
our loop with every change of `augment`.

    python benchmarks/images.py [threads]
"""

import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from statistics import median

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from dl_pipelines.data.augmentation import augment
from dl_pipelines.data.batches import Batches
from dl_pipelines.models.mlp import ImageMLP
from dl_pipelines.training.callbacks import LearningRate
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.loop import fit
from dl_pipelines.training.losses import build_loss
from dl_pipelines.training.optimizers import build_optimizer, build_schedule
from dl_pipelines.training.steps import Augment, supervised_step

IMAGES, SIZE, CLASSES, HIDDEN, BATCH = 60_000, 28, 10, (300, 100), 64
RATE, MOMENTUM = 0.02, 0.5
CHANGES = {"rotation": 10.0, "shift": 2.0, "scale": 0.1, "shear": 5.0, "elastic": 34.0}
ROUNDS = 7
Epoch = Callable[[], object]


def main() -> None:
    """Print the table."""
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    torch.manual_seed(0)
    images = torch.randint(0, 256, (IMAGES, SIZE, SIZE), dtype=torch.uint8)
    labels = torch.randint(0, CLASSES, (IMAGES,))
    ours = our_loop(images, labels)
    ours()  # first of all, so that the peak is its own
    memory = peak_memory()
    epochs = {
        "ours": ours,
        "bare": bare_loop(images, labels),
        "DataLoader": loader_loop(images, labels),
        "ours, augmented": our_loop(images, labels, partial(augment, **CHANGES)),
    }
    seconds = interleave(epochs)
    threads = torch.get_num_threads()
    print(f"{IMAGES} images, MLP {HIDDEN}, batch {BATCH}, threads: {threads}, {ROUNDS} rounds")
    print(f"{'':<15}  {'s an epoch':>10}  {'times ours':>10}  {'times bare':>10}")
    for name, times in seconds.items():
        ratios = [ratio(times, seconds[other]) for other in ("ours", "bare")]
        print(f"{name:<15}  {median(times):>10.2f}  {ratios[0]:>10.3f}  {ratios[1]:>10.3f}")
    print(f"peak memory of ours {memory:.0f} MiB")


def interleave(epochs: dict[str, Epoch]) -> dict[str, list[float]]:
    """Seconds of each epoch, run in turns after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in epochs}
    for number in range(ROUNDS + 1):
        for name, epoch in epochs.items():
            start = time.perf_counter()
            epoch()
            if number > 0:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def ratio(times: list[float], others: list[float]) -> float:
    """Median of the rounds' ratios."""
    return median(one / other for one, other in zip(times, others, strict=True))


def peak_memory() -> float:
    """Most resident memory this process has had, MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def network() -> ImageMLP:
    """The book's network, from raw images."""
    return ImageMLP(size=SIZE, classes=CLASSES, hidden=HIDDEN, batch_norm=True)


def our_loop(images: Tensor, labels: Tensor, changes: Augment | None = None) -> Epoch:
    """The project's loop, with a schedule."""
    model = network()
    optimizer = build_optimizer(model.parameters(), name="momentum", lr=RATE, momentum=MOMENTUM)
    batches = Batches([images, labels], BATCH, shuffle=True, seed=0)
    schedule = build_schedule(optimizer, name="constant", epochs=1, steps_per_epoch=len(batches))
    rate = LearningRate(optimizer, schedule, monitor="train_loss")
    accelerator, loss = build_accelerator("cpu"), build_loss(name="cross_entropy")
    step = supervised_step(model, optimizer, loss, accelerator, augment=changes)
    return lambda: fit(model, step, batches, epochs=1, callbacks=[rate])


def bare_loop(images: Tensor, labels: Tensor) -> Epoch:
    """What one would write by hand: batches by index, and the epoch's mean loss."""

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(IMAGES).split(BATCH)
        return ((images[rows], labels[rows]) for rows in order)

    return _plain(network(), batches)


def loader_loop(images: Tensor, labels: Tensor) -> Epoch:
    """The textbook way: a DataLoader in this process that transforms image by image."""
    loader = DataLoader(Transformed(images, labels), BATCH, shuffle=True)
    return _plain(nn.Sequential(nn.Flatten(), network().layers), lambda: loader)


class Transformed(Dataset[tuple[Tensor, Tensor]]):
    """Images that become normalised floats one by one, as torchvision's datasets do."""

    def __init__(self, images: Tensor, labels: Tensor) -> None:
        """Hold images [N, H, W] and labels [N]."""
        self.images, self.labels = images, labels

    def __len__(self) -> int:
        """Images there are, N."""
        return len(self.images)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        """One image [1, H, W] and its label."""
        image = self.images[row].float().div_(255)
        return image.sub_(0.5).div_(0.5).unsqueeze(0), self.labels[row]


def _plain(model: nn.Module, batches: Callable[[], Iterable[tuple[Tensor, Tensor]]]) -> Epoch:
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM, fused=True)

    def epoch() -> float:
        total = torch.zeros(())
        for inputs, labels in batches():
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(inputs), labels)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(inputs)
        return total.item() / IMAGES

    return epoch


if __name__ == "__main__":
    main()
