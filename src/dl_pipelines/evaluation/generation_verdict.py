"""What the figures of generated images say, in plain words.

`metrics` are the flat figures of a pipeline: those of `generation.generator_metrics` where a
classifier has read the samples, for a variational autoencoder also of `autoencoders`, for a
conditional network also of `sample_classes.conditional_metrics`.
"""

from collections.abc import Mapping

from dl_pipelines.evaluation.sample_classes import COLLAPSED
from dl_pipelines.evaluation.wording import percent, short

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
        f"Samples are read as {present:.0f} class{'' if present == 1 else 'es'}, whose shares are "
        f"{divergence:.3f} nats from the real ones (KL)"
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
