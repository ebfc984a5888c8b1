"""What holds for every architecture: training, export and storage rely on it."""

import pytest
import torch

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models import (
    ARCHITECTURES,
    CLASSIFIERS,
    build_classifier,
    build_forecaster,
    build_network,
    build_voters,
)
from dl_pipelines.models.embeddings import TabularInput
from dl_pipelines.models.scaling import Scaled
from dl_pipelines.training.seeds import seed_everything
from tests.vision import import_torchvision

FEATURES, WINDOW = 3, 5
SIZE, CLASSES = 12, 4  # of images
# A new architecture states here the smallest settings, and those that use all of its parts.
SETTINGS = {
    "lstm": [{"hidden": 4}, {"hidden": 4, "layers": 2, "dropout": 0.1, "skip_days": 2}],
    "symbol_lstm": [
        {"hidden": 4, "symbols": 3},
        {"hidden": 4, "symbols": 9, "embedding": 2, "unknown": 0.5, "layers": 2, "skip_days": 2},
    ],
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
    "image_mlp": [
        {"hidden": [4]},
        {"hidden": [8, 4], "batch_norm": True, "dropout": 0.1, "activation": "silu"},
        {"hidden": [4], "batch_norm": True, "noise": 0.3, "input_noise": 0.6},
    ],
    "lenet": [{"kernel": 3}, {"channels": [2, 3], "kernel": 3, "hidden": [8]}],
    "convnet": [{"stages": [[4]]}, {"stages": [[4, 4], [6, 6], [8]], "dropout": 0.1}],
    "backbone": [{"model": "squeezenet1_1", "resize": 40, "frozen": False}],
}
NUMBERED = {"symbol_lstm"}  # the last feature is the number of a symbol
WINDOWED = {"lstm", *NUMBERED}  # of the others those of ARCHITECTURES take rows of a table
every_architecture = pytest.mark.parametrize(
    ("architecture", "settings"),
    [(name, settings) for name in [*ARCHITECTURES, *CLASSIFIERS] for settings in SETTINGS[name]],
)


def network(architecture, settings, seed=0):
    if architecture == "backbone":
        import_torchvision()
    with seed_everything(seed):
        if architecture in CLASSIFIERS:
            return build_classifier(architecture, settings, size=SIZE, classes=CLASSES)
        net = build_network(architecture, settings, features=FEATURES)
    for module in net.modules():
        if isinstance(module, TabularInput):
            module.fit(samples(architecture, 20))
    return net


def samples(architecture, batch):
    generator = torch.Generator().manual_seed(batch)
    if architecture in CLASSIFIERS:
        shape = (batch, SIZE, SIZE)
        return torch.randint(256, shape, dtype=torch.uint8, generator=generator)
    shape = (batch, WINDOW, FEATURES) if architecture in WINDOWED else (batch, FEATURES)
    x = torch.randn(shape, generator=generator)
    if architecture in NUMBERED:
        x[..., -1] = torch.arange(batch)[:, None] % 4
    return x


def members(architecture, settings):
    """The state_dicts of two trained networks, as far as their shapes go."""
    states = {}
    for seed in (0, 1):
        if architecture in CLASSIFIERS:
            states[f"seed_{seed}"] = network(architecture, settings, seed).state_dict()
            continue
        scaled = Scaled(network(architecture, settings, seed), features=FEATURES, outputs=1)
        scaled.input_mean[:-1] += 0.5  # the last feature may be a number of something
        scaled.target_scale *= 3.0
        states[f"seed_{seed}"] = scaled.state_dict()
    return states


def served(header, states):
    """What is made of a file of weights."""
    if header["architecture"] in CLASSIFIERS:
        return build_voters(header | {"size": SIZE, "classes": CLASSES}, states)
    return build_forecaster(header, states)


@every_architecture
@pytest.mark.parametrize("batch", [1, 2, 7])
def test_one_prediction_a_sample(architecture, settings, batch):
    y = network(architecture, settings).eval()(samples(architecture, batch))
    assert y.shape == (batch, CLASSES if architecture in CLASSIFIERS else 1)
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
    whole = served(header, states).requires_grad_(False)

    # As MLflow's pt2 format does: an example of two samples, the batch dimension free.
    exported = torch.export.export(
        whole, (samples(architecture, 2),), dynamic_shapes=({0: torch.export.Dim("batch")},)
    ).module()

    for batch in (1, 7):
        x = samples(architecture, batch)
        torch.testing.assert_close(exported(x), whole(x))


@every_architecture
def test_what_is_rebuilt_from_a_file_is_the_same(architecture, settings, tmp_path):
    states = members(architecture, settings)
    dataset = SafetensorsDataset(str(tmp_path / "weights.safetensors"))
    header = {"architecture": architecture, "network": settings}
    dataset.save(Weights.of_members(states, header))

    stored = dataset.load()

    x = samples(architecture, 7)
    rebuilt = served(stored.header, stored.members().values())
    assert torch.equal(rebuilt(x), served(header, states.values())(x))
