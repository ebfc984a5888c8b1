"""How a generator and its discriminator learn.

Shape legend: E epochs, K noises, pictures of H x W pixels.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.figures.tiles import INK_NOTE, Images, label_pictures, lay, sheet
from dl_pipelines.evaluation.figures.training import draw_by_seed
from dl_pipelines.evaluation.wording import short


def training_strip(
    images: Images, epochs: NDArray[np.int64], variant: str, *, rows: int = 6, columns: int = 12
) -> Figure:
    """Samples of the same noises after each epoch.

    Args:
        images: Grey levels [E, K, H, W].
        epochs: Their numbers [E], ascending.
        variant: Name of the variant.
        rows: Noises shown at most, the first ones.
        columns: Epochs shown at most; others are left out at equal steps.

    Returns:
        A column an epoch, a row a noise.
    """
    shown = np.unique(np.linspace(0, len(epochs) - 1, columns).round().astype(int))
    kept = images[shown, :rows].swapaxes(0, 1)  # [K, E, H, W]
    figure, panel = sheet(
        f"{style.name(variant)}: {_settling(images, epochs)}",
        "Pictures of a row have the same noise",
        f"Mean absolute change of the pixels of all {images.shape[1]:,} pictures, of 255",
        INK_NOTE,
        rows=kept.shape[0],
        columns=kept.shape[1],
        across=8.2,
    )
    lay(panel, kept)
    label_pictures(panel.xaxis, epochs[shown])
    label_pictures(panel.yaxis, range(1, len(kept) + 1))
    panel.set_xlabel("After epoch")
    panel.set_ylabel("Noise (number)")
    return figure


def _settling(images: Images, epochs: NDArray[np.int64]) -> str:
    """How much an epoch changes the pictures, in words."""
    if len(epochs) == 1:
        return f"samples after epoch {epochs[0]}"
    changes = np.abs(np.diff(images.astype(np.float64), axis=0)).mean(axis=(1, 2, 3))
    rates = changes / np.diff(epochs)
    end = f" at first and by {short(rates[-1])} in the end" if len(changes) > 1 else ""
    return f"an epoch changes the pictures by {short(rates[0])} grey levels{end}"


def adversarial_curves(history: pd.DataFrame, variant: str) -> Figure:
    """Losses of both networks and what the discriminator gets right, by epoch.

    Args:
        history: One row a seed and epoch with the columns seed, epoch, train_discriminator_loss and
            train_generator_loss (no unit), train_real_accuracy and train_generated_accuracy (shares
            of real and of generated images that the discriminator tells as such, fractions).
        variant: Name of the variant.

    Returns:
        Two panels; thin lines are seeds, thick ones their mean.
    """
    seeds = history["seed"].nunique()
    figure, (losses, shares) = style.canvas(
        _balance(history, variant),
        f"Thin: {seeds} seeds; thick: their mean" if seeds > 1 else "",
        "Dashed: a discriminator that guesses",
        rows=2,
        height=6.4,
        sharex=True,
    )
    own = style.colour(variant)
    for network, shade in (("discriminator", style.MUTED), ("generator", own)):
        draw_by_seed(
            losses, history, f"train_{network}_loss", colour=shade, label=network.capitalize()
        )
    for kind, shade in (("real", style.MUTED), ("generated", own)):
        label = f"{kind.capitalize()} images"
        draw_by_seed(shares, history, f"train_{kind}_accuracy", colour=shade, label=label)
    shares.axhline(0.5, color=style.MUTED, linestyle="--", linewidth=1)
    shares.set_ylim(-0.03, 1.03)
    shares.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    shares.xaxis.set_major_locator(MaxNLocator(integer=True))
    losses.set_ylabel("Loss (no unit)")
    shares.set_ylabel("Discriminator right on (%)")
    shares.set_xlabel("Epoch")
    for panel in (losses, shares):
        style.legend(panel)
    return figure


def _balance(history: pd.DataFrame, variant: str) -> str:
    """Who wins in the last epoch, in words."""
    columns = ["train_real_accuracy", "train_generated_accuracy"]
    last = history.groupby("seed").last()[columns].mean()
    right = float(last.mean())
    return (
        f"{style.name(variant)}: in the end the discriminator is right on {style.percent(right)} "
        f"of the pictures ({style.percent(last.iloc[0])} of real and "
        f"{style.percent(last.iloc[1])} of generated ones); a guess is right on half"
    )
