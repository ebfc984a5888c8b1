"""Settings of pipelines that make images."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import (
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from dl_pipelines.params.base import Settings
from dl_pipelines.params.generative_networks import (
    MLPVAE,
    ConvDiscriminator,
    ConvGenerator,
    ConvVAE,
    MLPDiscriminator,
    MLPGenerator,
)
from dl_pipelines.params.training import Decay, Optimizer, Schedule, Seed, Seeds, Training


def _own(settings: Any, field: str, kinds: Mapping[str, type[Settings]]) -> Any:
    """Check a network's settings against its own architecture only."""
    if not isinstance(settings, Mapping) or not isinstance(settings.get(field, {}), Mapping):
        return settings
    kind = kinds.get(str(settings.get("architecture")))
    if kind is None:  # the architecture is what is wrong
        return {**settings, field: next(iter(kinds.values()))()}
    return {**settings, field: kind.model_validate(settings.get(field, {}))}


class Autoencoder(Settings):
    """A variational autoencoder of images.

    Attributes:
        name: What figures call it.
        architecture: A key of `dl_pipelines.models.generative.AUTOENCODERS`.
        network: Settings of that architecture.
    """

    name: str
    architecture: Literal["mlp", "conv"]
    network: MLPVAE | ConvVAE

    @model_validator(mode="before")
    @classmethod
    def _network_of_architecture(cls, settings: Any) -> Any:
        return _own(settings, "network", {"mlp": MLPVAE, "conv": ConvVAE})


class VAELoss(Settings):
    """What a VAE learns; see `dl_pipelines.training.vae.vae_step`.

    Attributes:
        beta: Weight of the divergence from the prior; 1 for the ELBO.
        binarisation: `none` learns grey levels as if they were probabilities; `dynamic` black and
            white pixels that are drawn anew each time.
    """

    beta: NonNegativeFloat = Field(default=1.0, allow_inf_nan=False)
    binarisation: Literal["none", "dynamic"] = "none"


class VAETraining(Training):
    """How a VAE is trained.

    Attributes:
        loss: The training loss.
    """

    # a step of its own, so a loss of its own, which is none of `training.losses`
    loss: VAELoss = VAELoss()  # type: ignore[assignment]


class Likelihood(Settings):
    """How the likelihood of images is estimated; see `dl_pipelines.training.vae_losses.iwae_nll`.

    Attributes:
        samples: Importance samples of each image.
        chunk: Samples at a time, to bound the memory.
        images: How many test images; all if null.
        seed: Seed of the binarisation and the samples.
    """

    samples: PositiveInt = 500
    chunk: PositiveInt = 50
    images: PositiveInt | None = None
    seed: Seed = 0


class Adversaries(Settings):
    """A generator of images and its discriminator.

    Attributes:
        name: What figures call them.
        architecture: A key of `GENERATORS` and `DISCRIMINATORS` of
            `dl_pipelines.models.generative`.
        generator: Settings of the generator.
        discriminator: Settings of the discriminator.
        conditional: Whether both are told the class of each image.
    """

    name: str
    architecture: Literal["mlp", "conv"]
    generator: MLPGenerator | ConvGenerator
    discriminator: MLPDiscriminator | ConvDiscriminator
    conditional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _networks_of_architecture(cls, settings: Any) -> Any:
        settings = _own(settings, "generator", {"mlp": MLPGenerator, "conv": ConvGenerator})
        judges: dict[str, type[Settings]] = {"mlp": MLPDiscriminator, "conv": ConvDiscriminator}
        return _own(settings, "discriminator", judges)


class AdversarialLoss(Settings):
    """What both networks minimise.

    Attributes:
        name: A key of `dl_pipelines.training.adversarial_losses.ADVERSARIAL_LOSSES`.
        r1: Weight of the discriminator's gradient penalty on real images; 0 for none.
        r2: Weight of that on generated images; 0 for none.
    """

    name: Literal["bce", "hinge", "relativistic"] = "bce"
    r1: NonNegativeFloat = Field(default=0.0, allow_inf_nan=False)
    r2: NonNegativeFloat = Field(default=0.0, allow_inf_nan=False)


class AdversarialOptimizers(Settings):
    """The optimizers of both networks.

    Attributes:
        generator: That of the generator.
        discriminator: That of the discriminator.
    """

    generator: Optimizer = Optimizer(lr=2e-4, betas=(0.5, 0.999))
    discriminator: Optimizer = Optimizer(lr=2e-4, betas=(0.5, 0.999))


class AdversarialSchedule(Schedule):
    """A learning-rate schedule of both networks, whose losses do not tell how good they are.

    Attributes:
        name: Which schedule.
    """

    name: Literal["constant", "step", "one_cycle", "cosine"] = "constant"


class AdversarialTraining(Settings):
    """How a generator and its discriminator are trained.

    Attributes:
        epochs: Passes over the images.
        batch_size: Real images a step, and as many generated ones.
        shuffle: Whether batches are drawn in random order.
        optimizer: The optimizers.
        schedule: The learning-rate schedule of both.
        loss: The losses and the penalties.
        clip_norm: Largest gradient norm of each network; no clipping if null.
        ema_decay: Decay of an exponential moving average of the generator's weights, which is then
            the generator that is kept; no average if null.
        seeds: One pair of networks is trained for each seed.
    """

    epochs: PositiveInt
    batch_size: PositiveInt
    shuffle: bool = True
    optimizer: AdversarialOptimizers = AdversarialOptimizers()
    schedule: AdversarialSchedule = AdversarialSchedule()
    loss: AdversarialLoss = AdversarialLoss()
    clip_norm: PositiveFloat | None = None
    ema_decay: Decay | None = Field(default=None, gt=0.0)
    seeds: Seeds = (0,)
