"""Cost of a step of `mnist_vae`: ours against a bare torch loop.

Both train the book's autoencoder (8.1) on the same random images with the same optimizer and the
book's loss, BCE + KL, in turns (`timing`).

    python benchmarks/autoencoders.py [--rounds 15] [--threads 1]
"""

import torch
from torch import Tensor, optim
from torch.nn import functional

from dl_pipelines.data.batches import Batches
from dl_pipelines.models.generative import build_autoencoder
from dl_pipelines.models.vae import VAE
from dl_pipelines.training.callbacks import LearningRate
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.loop import fit
from dl_pipelines.training.optimizers import build_optimizer, build_schedule
from dl_pipelines.training.vae import vae_step
from results import publish
from timing import Program, compared, interleave, options

SIZE, BATCH, STEPS = 28, 64, 50
NETWORK = {"hidden": [400], "latents": 20}
ADAM = {"name": "adam", "lr": 1e-3}


def main() -> None:
    """Print the table."""
    given = options(__doc__, rounds=15)
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    images = torch.randint(0, 256, (BATCH * STEPS, SIZE, SIZE), dtype=torch.uint8)
    programs = {"bare": bare_loop(images), "ours": our_loop(images)}
    seconds = interleave(programs, given.rounds)
    label = f"mnist_vae, batch {BATCH}: {{}}"
    rows = compared(seconds, "bare", label=label, unit="ms a step", scale=1e3 / STEPS)
    publish("autoencoders", f"threads: {given.threads}, {given.rounds} rounds", rows)


def network() -> tuple[VAE, optim.Optimizer]:
    """A fresh autoencoder and its optimizer."""
    model = build_autoencoder("mlp", NETWORK, size=SIZE).train()
    return model, build_optimizer(model.parameters(), **ADAM)


def our_loop(images: Tensor) -> Program:
    """The project's loop, with a schedule."""
    model, optimizer = network()
    batches = Batches([images], BATCH, shuffle=True, seed=0)
    schedule = build_schedule(optimizer, name="constant", epochs=1, steps_per_epoch=len(batches))
    rate = LearningRate(optimizer, schedule, monitor="train_loss")
    accelerator, options = build_accelerator("cpu"), {"beta": 1.0, "binarisation": "none"}
    step = vae_step(model, optimizer, accelerator, latents=model.latents, **options)
    return lambda: fit(model, step, batches, epochs=1, callbacks=[rate])


def bare_loop(images: Tensor) -> Program:
    """What one would write by hand: batches by index, and the epoch's mean loss."""
    model, optimizer = network()

    def epoch() -> float:
        total = torch.zeros(())
        for rows in torch.randperm(len(images)).split(BATCH):
            shares = images[rows].float().div_(255)
            mean, log_variance = model.encoder(shares.unsqueeze(1)).chunk(2, dim=1)
            latents = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
            logits = model.decode(latents)
            missed = functional.binary_cross_entropy_with_logits(logits, shares, reduction="sum")
            spread = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum()
            loss = (missed + spread) / len(rows)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
        return total.item() / len(images)

    return epoch


if __name__ == "__main__":
    main()
