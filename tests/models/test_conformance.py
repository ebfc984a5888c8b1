"""What holds for every architecture: training, export and storage rely on it."""

import pytest
import torch

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models import ARCHITECTURES, build_forecaster, build_network
from dl_pipelines.models.embeddings import TabularInput
from dl_pipelines.models.scaling import Scaled
from dl_pipelines.training.seeds import seed_everything

FEATURES, WINDOW = 3, 5
# A new architecture states here the smallest settings, and those that use all of its parts.
SETTINGS = {
    "lstm": [{"hidden": 4}, {"hidden": 4, "layers": 2, "dropout": 0.1, "skip_days": 2}],
    "mlp": [
        {"hidden": [4]},
        {"hidden": [4, 3], "batch_norm": True, "init": "kaiming", "activation": "silu"},
        {"hidden": [4], "numeric": 2, "dropout": 0.1, "bins": 3, "embedding": 2, "clip": 3.0},
    ],
    "tabm": [
        {"hidden": [4], "heads": 3},
        {"hidden": [4, 3], "numeric": 2, "heads": 3, "dropout": 0.1, "bins": 3, "embedding": 2},
        {"hidden": [4], "heads": 3, "bins": 3, "keep_numbers": True},
    ],
}
WINDOWED = {"lstm"}  # the others take rows of a table
every_architecture = pytest.mark.parametrize(
    ("architecture", "settings"),
    [(name, settings) for name in ARCHITECTURES for settings in SETTINGS[name]],
)


def network(architecture, settings, seed=0):
    with seed_everything(seed):
        net = build_network(architecture, settings, features=FEATURES)
    for module in net.modules():
        if isinstance(module, TabularInput):
            module.fit(samples(architecture, 20))
    return net


def samples(architecture, batch):
    shape = (batch, WINDOW, FEATURES) if architecture in WINDOWED else (batch, FEATURES)
    return torch.randn(shape, generator=torch.Generator().manual_seed(batch))


def members(architecture, settings):
    """The state_dicts of two trained networks, as far as their shapes go."""
    states = {}
    for seed in (0, 1):
        scaled = Scaled(network(architecture, settings, seed), features=FEATURES, outputs=1)
        scaled.input_mean += 0.5
        scaled.target_scale *= 3.0
        states[f"seed_{seed}"] = scaled.state_dict()
    return states


@every_architecture
@pytest.mark.parametrize("batch", [1, 2, 7])
def test_one_prediction_a_sample(architecture, settings, batch):
    y = network(architecture, settings).eval()(samples(architecture, batch))
    assert y.shape == (batch, 1)
    assert y.dtype == torch.float32 and y.isfinite().all()


@every_architecture
def test_samples_of_a_batch_do_not_mix(architecture, settings):
    net = network(architecture, settings).eval()
    x = samples(architecture, 7)
    torch.testing.assert_close(net(x)[2:3], net(x[2:3]))


@every_architecture
def test_the_seed_decides_the_weights(architecture, settings):
    first, again, other = (
        torch.nn.utils.parameters_to_vector(network(architecture, settings, seed).parameters())
        for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.isclose(first, other).all()


@every_architecture
def test_gradients_reach_every_parameter(architecture, settings):
    net = network(architecture, settings)
    with seed_everything(0):
        net(samples(architecture, 7)).square().mean().backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all() and parameter.grad.any(), name


@every_architecture
def test_the_export_takes_any_number_of_samples(architecture, settings):
    header = {"architecture": architecture, "network": settings, "log_target": True}
    states = members(architecture, settings).values()
    forecaster = build_forecaster(header, states).requires_grad_(False)

    # As MLflow's pt2 format does: an example of two samples, the batch dimension free.
    exported = torch.export.export(
        forecaster, (samples(architecture, 2),), dynamic_shapes=({0: torch.export.Dim("batch")},)
    ).module()

    for batch in (1, 7):
        x = samples(architecture, batch)
        torch.testing.assert_close(exported(x), forecaster(x))


@every_architecture
def test_a_stored_forecaster_is_the_same(architecture, settings, tmp_path):
    states = members(architecture, settings)
    dataset = SafetensorsDataset(str(tmp_path / "weights.safetensors"))
    header = {"architecture": architecture, "network": settings}
    dataset.save(Weights.of_members(states, header))

    stored = dataset.load()

    rebuilt = build_forecaster(stored.header, stored.members().values())
    forecaster = build_forecaster(header, states.values())
    x = samples(architecture, 7)
    assert torch.equal(rebuilt(x), forecaster(x))
