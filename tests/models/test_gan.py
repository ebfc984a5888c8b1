import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.dcgan import conv_discriminator, conv_generator
from dl_pipelines.models.gan import Discriminator, mlp_discriminator, mlp_generator
from dl_pipelines.models.generative import build_gan, restore_generator
from tests.models.weights import fixed_weights

SIZE, LATENTS = 12, 5
SMALL = {"latents": LATENTS}
# architecture, settings of the generator and of the discriminator, classes
NETWORKS = [
    ("mlp", SMALL | {"hidden": [6]}, {"hidden": [6]}, 0),
    ("mlp", SMALL | {"hidden": [6, 4], "batch_norm": True}, {"spectral_norm": True}, 3),
    ("conv", SMALL | {"channels": [4, 3]}, {"channels": [2, 3], "batch_norm": True}, 0),
    ("conv", SMALL | {"channels": [4, 3]}, {"channels": [2, 3], "spectral_norm": True}, 3),
    ("conv", SMALL | {"channels": [4], "conditioning": "batch_norm"}, {"channels": [2]}, 3),
]
every_gan = pytest.mark.parametrize(("architecture", "generator", "judge", "classes"), NETWORKS)


def build(architecture, generator, judge, classes, seed=0):
    torch.manual_seed(seed)
    return build_gan(architecture, generator, judge, size=SIZE, classes=classes)


def noise(batch):
    return torch.randn(batch, LATENTS, generator=torch.Generator().manual_seed(batch))


def labels(batch, classes):
    return torch.arange(batch) % classes if classes else None


def shapes(net, dimensions):
    return [tuple(weight.shape) for weight in net.parameters() if weight.dim() in dimensions]


def test_golden_values_of_the_books_generator():
    net = fixed_weights(mlp_generator(size=2, latents=2, hidden=[2]))
    # By hand: (1, 2) gives 0.02 and 0.02 · 1 + 0.03 · 2 + 0.01 = 0.09; then 0.01 · 0.09 = 0.0009,
    # 0.02 · 0.02 + 0.03 · 0.09 + 0.01 = 0.0131, 0.0253 and 0.0375.
    expected = torch.tensor([0.0009, 0.0131, 0.0253, 0.0375]).tanh()
    y = net(torch.tensor([[1.0, 2.0]]))
    torch.testing.assert_close(y, expected.view(1, 1, 2, 2), rtol=1e-5, atol=0)


def test_golden_values_of_the_books_discriminator():
    net = fixed_weights(mlp_discriminator(size=2, hidden=[2]))
    # By hand: white gives 0 + 0.01 + 0.02 + 0.03 = 0.06 and 0.22 + 0.01 = 0.23; black the same
    # below zero but for the bias, -0.06 and -0.21, of which LeakyReLU leaves a fifth.
    images = torch.tensor([1.0, -1.0]).view(2, 1, 1, 1).expand(2, 1, 2, 2)
    expected = torch.tensor([0.01 * 0.23, 0.01 * -0.21 * 0.2])
    torch.testing.assert_close(net(images), expected, rtol=1e-5, atol=0)


def test_the_networks_of_the_book_and_of_dcgan():
    assert shapes(mlp_generator(size=28), {2}) == [(256, 64), (256, 256), (784, 256)]
    assert shapes(mlp_discriminator(size=28), {2}) == [(256, 784), (256, 256), (1, 256)]
    assert shapes(conv_generator(size=28), {2, 4}) == [
        (128 * 49, 64), (128, 64, 4, 4), (64, 1, 4, 4),
    ]  # fmt: skip
    assert shapes(conv_discriminator(size=28), {2, 4}) == [
        (32, 1, 4, 4), (64, 32, 4, 4), (128, 64, 4, 4), (1, 128 * 9),
    ]  # fmt: skip


@every_gan
@pytest.mark.parametrize("batch", [1, 2, 7])
def test_noise_becomes_images_and_images_logits(architecture, generator, judge, classes, batch):
    gan = build(architecture, generator, judge, classes).eval()
    images = gan.generator(noise(batch), labels(batch, classes))
    assert images.shape == (batch, 1, SIZE, SIZE)
    assert images.abs().max() <= 1
    logits = gan.discriminator(images, labels(batch, classes))
    assert logits.shape == (batch,) and logits.isfinite().all()


@every_gan
def test_images_of_a_batch_do_not_mix(architecture, generator, judge, classes):
    gan = build(architecture, generator, judge, classes).eval()
    kinds = labels(7, classes)
    one = None if kinds is None else kinds[2:3]
    images = gan.generator(noise(7), kinds)
    torch.testing.assert_close(images[2:3], gan.generator(noise(7)[2:3], one))
    logits = gan.discriminator(images, kinds)
    torch.testing.assert_close(logits[2:3], gan.discriminator(images[2:3], one))


@every_gan
def test_gradients_reach_every_parameter(architecture, generator, judge, classes):
    gan = build(architecture, generator, judge, classes)
    kinds = labels(7, classes)
    gan.discriminator(gan.generator(noise(7), kinds), kinds).square().mean().backward()
    for name, parameter in gan.named_parameters():
        assert parameter.grad is not None and parameter.grad.any(), name


@every_gan
def test_samples_are_grey_levels_and_decided_by_the_generator(
    architecture, generator, judge, classes
):
    net = build(architecture, generator, judge, classes).generator.eval()
    one, same, other = (
        net.sample(3, torch.Generator().manual_seed(seed), labels(3, classes)) for seed in (0, 0, 1)
    )
    assert one.dtype == torch.uint8 and one.shape == (3, SIZE, SIZE)
    assert torch.equal(one, same) and not torch.equal(one, other)
    images = net(noise(3), labels(3, classes)).squeeze(1)
    expected = ((images + 1) * 127.5).round()
    assert (net.images(noise(3), labels(3, classes)) - expected).abs().max() <= 1


@pytest.mark.parametrize("settings", [n for n in NETWORKS if n[3]], ids=str)
def test_the_class_that_is_asked_for_changes_the_image_and_the_logit(settings):
    gan = build(*settings)
    if settings[1].get("conditioning"):  # at first all classes have the same gains and shifts
        nn.init.normal_(gan.generator.layers.norms[0].shift.weight)
    gan.eval()
    kinds, others = torch.tensor([0, 1]), torch.tensor([1, 1])
    images, changed = gan.generator(noise(2), kinds), gan.generator(noise(2), others)
    assert not torch.allclose(images[0], changed[0])
    torch.testing.assert_close(images[1], changed[1])
    logits, judged = gan.discriminator(images, kinds), gan.discriminator(images, others)
    assert logits[0] != judged[0] and logits[1] == judged[1]


def test_spectral_norm_bounds_the_largest_singular_value_of_each_layer():
    torch.manual_seed(0)
    net = conv_discriminator(size=SIZE, channels=[2, 3], classes=3, spectral_norm=True)
    for layer in net.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.Embedding)):
            nn.init.normal_(layer.parametrizations.weight.original, std=5.0)
    images = torch.randn(4, 1, SIZE, SIZE)
    for _ in range(50):  # each pass in training is one iteration of the power method
        net(images, torch.arange(4) % 3)
    layers = [module for module in net.modules() if hasattr(module, "parametrizations")]
    assert len(layers) == 4
    for layer in layers:
        largest = torch.linalg.matrix_norm(layer.weight.flatten(1), ord=2).item()
        assert largest == pytest.approx(1.0, rel=1e-3)
    free = conv_discriminator(size=SIZE, channels=[2, 3], classes=3)
    assert not any(hasattr(module, "parametrizations") for module in free.modules())


def test_a_discriminator_is_at_most_as_steep_as_its_layers():
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Flatten(), nn.Linear(4, 8), nn.LeakyReLU(0.2))
    net = Discriminator(layers, 8, classes=0, spectral_norm=True)
    one, other = torch.randn(2, 100, 1, 2, 2)
    for _ in range(50):
        net(one)
    ratio = (net(one) - net(other)).abs() / (one - other).flatten(1).norm(dim=1)
    assert ratio.max() <= 1.001


@pytest.mark.parametrize("settings", NETWORKS, ids=str)
def test_the_generators_export_takes_any_number_of_images(settings):
    net, classes = build(*settings).generator.eval().requires_grad_(False), settings[3]
    batch = torch.export.Dim("batch")
    dynamic = ({0: batch}, {0: batch} if classes else None)
    example = (noise(2), labels(2, classes))
    exported = torch.export.export(net, example, dynamic_shapes=dynamic).module()
    for count in (1, 7):
        inputs = (noise(count), labels(count, classes))
        torch.testing.assert_close(exported(*inputs), net(*inputs))


@every_gan
def test_a_generator_that_is_restored_makes_the_same_images(
    architecture, generator, judge, classes
):
    gan = build(architecture, generator, judge, classes)
    gan.generator(noise(7), labels(7, classes))  # moves the statistics of a batch norm
    header = {"architecture": architecture, "generator": generator}
    header |= {"size": SIZE, "classes": classes}
    restored = restore_generator(header, gan.generator.state_dict())
    expected = gan.generator.eval()(noise(7), labels(7, classes))
    assert torch.equal(restored(noise(7), labels(7, classes)), expected)


@pytest.mark.parametrize(
    ("architecture", "generator", "judge", "message"),
    [
        ("conv", {"channels": [4, 4, 4]}, {}, "12 x 12 pixels cannot be halved 3 times"),
        ("conv", {}, {"channels": [4, 4, 4, 4]}, "12 x 12 pixels cannot be halved 4 times"),
        ("conv", {"conditioning": "film"}, {}, "there is no conditioning 'film'"),
        ("mlp", {}, {"slope": 0.1}, "the settings of 'mlp' do not fit"),
        ("style", {}, {}, "there is no architecture 'style': choose one of mlp, conv"),
    ],
)
def test_impossible_settings_are_named(architecture, generator, judge, message):
    with pytest.raises(SettingError, match=message):
        build(architecture, generator, judge, 0)


@pytest.mark.parametrize(("channels", "together"), [([32, 64], False), ([32, 64, 128], True)])
def test_the_discriminator_judges_far_pixels_together(channels, together):
    """Two convolutions see patches of ten pixels, and a linear layer only adds what they say."""
    net = conv_discriminator(size=28, channels=channels).double().eval()
    images = torch.full((4, 1, 28, 28), -1.0, dtype=torch.float64)
    images[[1, 3], 0, 5:8, 5:8] = 1.0
    images[[2, 3], 0, 20:23, 20:23] = 1.0
    neither, one, other, both = net(images)
    assert torch.isclose(both - one, other - neither, rtol=0, atol=1e-12) != together
