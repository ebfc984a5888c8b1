"""What the figures of generated images say, in plain words and in one table.

`metrics` are the flat figures of a pipeline: those of `generation.generator_metrics` where a
classifier has read the samples, for a variational autoencoder also of `autoencoders`, for a
conditional network also of `sample_classes.conditional_metrics`.
"""

from collections.abc import Mapping

import pandas as pd

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.sample_classes import COLLAPSED
from dl_pipelines.evaluation.wording import percent, short

TABLE_COLUMNS = {
    "Fréchet": ("frechet", 1.0),
    "× floor": ("frechet_ratio", 1.0),
    "kernel distance": ("kernel_distance", 1.0),
    "precision %": ("precision", 100.0),
    "recall %": ("recall", 100.0),
    "classes": ("classes_present", 1.0),
    "label KL (nats)": ("label_kl", 1.0),
    "read as asked %": ("conditional_accuracy", 100.0),
    "trained on samples %": ("train_on_generated_accuracy", 100.0),
    "ELBO (nats)": ("elbo", 1.0),
    "NLL (nats)": ("iwae_nll", 1.0),
    "BCE + KL (nats)": ("bce_kl", 1.0),
}
_LIKE_TRAINING = 1.5  # times the floor; up to here samples are about as near as real images


def generation_verdict(
    metrics: Mapping[str, float],
    *,
    name: str,
    source: str,
    network: str = "",
    samples: int = 0,
    sample: bool = False,
    quick: bool = False,
) -> str:
    """Say in words how good the generated images are.

    Args:
        metrics: Flat figures.
        name: What the generator is called.
        source: Where the real images came from.
        network: Whose features and classes these are, with its weights' hash, where a classifier
            has read the samples.
        samples: How many it has read.
        sample: Whether the real images are a sample of the data set only.
        quick: Whether this was a short training for a look.

    Returns:
        A few sentences: likelihood and reconstructions (of a variational autoencoder); where a
        classifier has read the samples, distance beside its floor, precision and recall, classes,
        obedience (of a conditional network); what a sample and a short training do not allow.
    """
    sentences = [
        _likelihood(metrics),
        _reconstruction(metrics),
        *(_read(metrics, samples, network) if "frechet" in metrics else ()),
        "Only a sample of the data set was there: no match for figures of the whole"
        if sample
        else "",
        "This was a quick run, a short training for a look" if quick else "",
    ]
    return f"{name} on {source}: {'. '.join(filter(None, sentences))}."


def _likelihood(metrics: Mapping[str, float]) -> str:
    if "elbo" not in metrics:
        return ""
    bound = f"{metrics['elbo']:.1f} ± {metrics['elbo_se']:.1f}".replace("-", "\N{MINUS SIGN}")
    said = f"the evidence lower bound of a test image is {bound} nats (standard error)"
    if "iwae_nll" in metrics:
        said += f", its negative log-likelihood about {metrics['iwae_nll']:.1f}"
    if "bce_kl" in metrics:
        said += f", BCE + KL of grey pixels, no likelihood, {metrics['bce_kl']:.1f}"
    if "active_units" in metrics:
        active = round(metrics["active_units"])
        said += f"; {active} latent{' is' if active == 1 else 's are'} active"
    return said


def _reconstruction(metrics: Mapping[str, float]) -> str:
    if "reconstruction_rmse" not in metrics:
        return ""
    error = short(metrics["reconstruction_rmse"])
    return f"Its reconstructions are off by {error} of 255 grey levels (RMSE)"


def _read(metrics: Mapping[str, float], samples: int, network: str) -> tuple[str, ...]:
    """What a classifier finds in the samples."""
    return (
        _distance(metrics, samples, network),
        f"Of 100 samples {_hundredths(metrics['precision'])} look like a test image and of 100 "
        f"test images {_hundredths(metrics['recall'])} like a sample (precision and recall; "
        f"training images: {_hundredths(metrics['precision_reference'])} and "
        f"{_hundredths(metrics['recall_reference'])})",
        _classes(metrics),
        _obedience(metrics),
    )


def _distance(metrics: Mapping[str, float], samples: int, network: str) -> str:
    ratio = metrics["frechet_ratio"]
    nearness = "about as near as" if ratio <= _LIKE_TRAINING else f"{short(ratio)} times as far as"
    return (
        f"{samples:,} samples lie {nearness} training images from test images (Fréchet distance "
        f"{short(metrics['frechet'])}, floor {short(metrics['frechet_floor'])}, features of "
        f"{network}: not comparable with other networks' figures)"
    )


def _hundredths(fraction: float) -> str:
    return f"{100.0 * fraction:.0f}"


def _classes(metrics: Mapping[str, float]) -> str:
    present, divergence = metrics["classes_present"], metrics["label_kl"]
    said = (
        f"Samples are read as {present:.0f} classes, whose shares are {divergence:.3f} nats from "
        "the real ones (KL)"
    )
    return f"{said}: the generator has collapsed" if divergence >= COLLAPSED else said


def _obedience(metrics: Mapping[str, float]) -> str:
    if "conditional_accuracy" not in metrics:
        return ""
    low, high = (percent(metrics[f"conditional_accuracy_{end}"]) for end in ("low", "high"))
    said = (
        f"{percent(metrics['conditional_accuracy'])} are read as the class asked for (Wilson's "
        f"95 % interval: {low} to {high})"
    )
    if "train_on_generated_accuracy" in metrics:
        taught = percent(metrics["train_on_generated_accuracy"])
        said += f"; a classifier that learnt from samples only reads {taught} of the test images"
    return said


def generator_table(runs: pd.DataFrame) -> pd.DataFrame:
    """One row a pipeline, its newest run: the autoencoder against the GANs (book 8.4).

    Args:
        runs: One row a run, the newest last: pipeline, network (whose features were used, with its
            weights' hash), possibly quick (whether it was a short training), and a column for each
            flat figure, NaN where a run has none.

    Returns:
        Columns pipeline, Fréchet (squared units of the features), × floor, kernel distance,
        precision %, recall %, classes, label KL, read as asked %, trained on samples %, ELBO, NLL
        and BCE + KL; those that no run has are left out. A quick run's pipeline is called
        "<pipeline>.quick". attrs["floor"] is the Fréchet distance of training images.

    Raises:
        DataError: If there are no runs, or their features come from different networks.
    """
    if runs.empty:
        raise DataError("there are no runs to compare; run a pipeline that generates images first.")
    newest = runs.drop_duplicates("pipeline", keep="last")
    if newest["network"].nunique() > 1:
        own = newest[["pipeline", "network"]].itertuples(index=False)
        raise DataError(
            "features of different networks cannot be compared "
            f"({', '.join(f'{pipeline}: {network}' for pipeline, network in own)}); evaluate all "
            "pipelines with the same trained classifier."
        )
    quick = newest.get("quick", pd.Series(False, index=newest.index)).fillna(False).astype(bool)
    names = newest["pipeline"].where(~quick, newest["pipeline"] + ".quick")
    figures = {
        column: factor * newest[key]
        for column, (key, factor) in TABLE_COLUMNS.items()
        if key in newest
    }
    table = pd.DataFrame({"pipeline": names, **figures}).dropna(axis="columns", how="all")
    table.attrs["floor"] = float(newest["frechet_floor"].mean())
    return table.reset_index(drop=True)


def table_verdict(table: pd.DataFrame) -> str:
    """Say which generator is nearest to real images, which looks most real and which knows most.

    Args:
        table: Of `generator_table`.

    Returns:
        One sentence without a full stop.
    """
    nearest = table.nsmallest(1, "Fréchet").iloc[0]
    purest = table.nlargest(1, "precision %").iloc[0]
    widest = table.nlargest(1, "recall %").iloc[0]
    return (
        f"{nearest['pipeline']} comes nearest to real images ({short(nearest['× floor'])} times "
        f"the floor); {purest['pipeline']} has the highest precision "
        f"({percent(purest['precision %'] / 100.0, 0)}), {widest['pipeline']} the highest recall "
        f"({percent(widest['recall %'] / 100.0, 0)})"
    )
