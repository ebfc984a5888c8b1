import inspect

import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.models.generative import (
    AUTOENCODERS,
    DISCRIMINATORS,
    GENERATORS,
    build_autoencoder,
    build_gan,
)
from dl_pipelines.params.generative import (
    AdversarialLoss,
    AdversarialTraining,
    Adversaries,
    Autoencoder,
    Likelihood,
    VAELoss,
    VAETraining,
)
from dl_pipelines.params.generative_networks import (
    MLPVAE,
    ConvDiscriminator,
    ConvGenerator,
    ConvVAE,
    MLPDiscriminator,
    MLPGenerator,
)
from dl_pipelines.training.adversarial_losses import ADVERSARIAL_LOSSES
from dl_pipelines.training.vae_losses import BINARISATIONS, iwae_nll

KINDS = [
    (AUTOENCODERS, {"mlp": MLPVAE, "conv": ConvVAE}),
    (GENERATORS, {"mlp": MLPGenerator, "conv": ConvGenerator}),
    (DISCRIMINATORS, {"mlp": MLPDiscriminator, "conv": ConvDiscriminator}),
]


def choices(settings, field):
    return set(settings.model_fields[field].annotation.__args__)


@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_networks_have_the_settings_of_their_architecture(architecture):
    vae = Autoencoder(name="any", architecture=architecture, network={"latents": 3})
    gan = Adversaries(name="any", architecture=architecture, generator={}, discriminator={})
    kinds = [kind[architecture] for _, kind in KINDS]
    assert [type(s) for s in (vae.network, gan.generator, gan.discriminator)] == kinds
    for settings in (vae, gan):
        assert type(settings).model_validate(settings.model_dump(mode="json")) == settings
    build_autoencoder(architecture, vae.network.model_dump(), size=28)
    networks = (gan.generator.model_dump(), gan.discriminator.model_dump())
    build_gan(architecture, *networks, size=28, classes=10)


@pytest.mark.parametrize(("builders", "kinds"), KINDS, ids=["vae", "generator", "discriminator"])
def test_settings_and_defaults_are_those_of_the_builders(builders, kinds):
    assert builders.keys() == kinds.keys()
    for name, build in builders.items():
        parameters = inspect.signature(build).parameters.values()
        own = {p.name: p.default for p in parameters if p.name not in ("size", "classes")}
        assert kinds[name]().model_dump() == own


def test_choices_are_those_of_the_code():
    assert choices(AdversarialLoss, "name") == set(ADVERSARIAL_LOSSES)
    assert choices(VAELoss, "binarisation") == set(BINARISATIONS)
    defaults = inspect.signature(iwae_nll).parameters
    for name in ("samples", "chunk"):
        assert getattr(Likelihood(), name) == defaults[name].default


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (Autoencoder, {"architecture": "flow", "network": {}}, "'architecture' is 'flow'"),
        (Autoencoder, {"architecture": "mlp", "network": {"blocks": 2}}, "no setting 'blocks'"),
        (Autoencoder, {"architecture": "conv", "network": {"channels": []}}, "'channels' is"),
        (Autoencoder, {"architecture": "conv", "network": 3}, "'network.MLPVAE' is 3"),
        (Adversaries, {"architecture": "style"}, "'architecture' is 'style'"),
        (
            Adversaries,
            {"architecture": "mlp", "discriminator": {"channels": [3]}},
            "no setting 'channels'",
        ),
        (VAETraining, {"loss": {"name": "mse"}}, "no setting 'loss.name'"),
        (VAETraining, {"loss": {"beta": -1.0}}, "'loss.beta' is -1.0"),
        (AdversarialTraining, {"schedule": {"name": "plateau"}}, "'schedule.name' is 'plateau'"),
        (AdversarialTraining, {"loss": {"name": "wgan"}}, "'loss.name' is 'wgan'"),
        (AdversarialTraining, {"loss": {"r1": float("inf")}}, "'loss.r1' is inf"),
        (AdversarialTraining, {"optimizer": {"lr": 1e-3}}, "no setting 'optimizer.lr'"),
        (AdversarialTraining, {"ema_decay": 1.0}, "'ema_decay' is 1.0"),
        (AdversarialTraining, {"ema_decay": 0.0}, "'ema_decay' is 0.0"),
        (AdversarialTraining, {"patience": 3}, "no setting 'patience'"),
        (Likelihood, {"samples": 0}, "'samples' is 0"),
    ],
)
def test_a_wrong_setting_is_named(kind, settings, message):
    required = {"name": "any", "generator": {}, "discriminator": {}, "epochs": 1, "batch_size": 1}
    known = {key: value for key, value in required.items() if key in kind.model_fields}
    with pytest.raises(SettingError, match=message):
        kind.model_validate(known | settings)
