import numpy as np
import pytest
import torch

from dl_pipelines.models import build_classifier, build_voters
from dl_pipelines.training import reading
from dl_pipelines.training.reading import read_images

SIZE, CLASSES = 4, 3
COMPUTE = {"device": "cpu", "threads": 1}
NETWORKS = {
    "image_mlp": {"hidden": [5], "batch_norm": True},
    "lenet": {"channels": [1, 2], "kernel": 1, "hidden": [6, 4]},
    "convnet": {"stages": [[2]], "dropout": 0.5},
}


def classifier(architecture):
    """Header and state of a network whose weights are drawn by numpy."""
    settings = NETWORKS[architecture]
    network = build_classifier(architecture, settings, size=SIZE, classes=CLASSES)
    random, state = np.random.default_rng(0), network.state_dict()
    for name, tensor in state.items():
        if tensor.is_floating_point() and "pixels" not in name:
            low = 0.1 if "running_var" in name else -0.2  # or a ReLU leaves nothing to compare
            tensor.copy_(torch.from_numpy(random.uniform(low, 1.0, tensor.shape)))
    header = {"architecture": architecture, "network": settings, "size": SIZE, "classes": CLASSES}
    return header, state


def pictures():
    random = np.random.default_rng(1)
    return random.integers(0, 256, (7, SIZE, SIZE), dtype=np.uint8)


def relu(values):
    return np.maximum(values, 0.0)


def linear(values, weight, bias):
    return values @ weight.T + bias


def normalised(values, weight, bias, mean, var):
    """A batch norm in evaluation mode, channels last."""
    return (values - mean) / np.sqrt(var + 1e-5) * weight + bias


def pooled(maps):
    """The highest of each 2 x 2 places of [N, H, W, C]."""
    count, height, width, channels = maps.shape
    return maps.reshape(count, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4))


def of_image_mlp(pixels, first, norm, _head):
    return relu(normalised(linear(pixels.reshape(7, -1), *first), *norm))


def of_lenet(pixels, one, two, first, second, _head):
    maps = pixels[..., None]
    for weight, bias in (one, two):
        maps = pooled(relu(linear(maps, weight[:, :, 0, 0], bias)))
    return relu(linear(relu(linear(maps.reshape(7, -1), *first)), *second))


def of_convnet(pixels, kernels, norm, _head):
    padded = np.pad(pixels, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    maps = np.einsum("nhwij,cij->nhwc", windows, kernels[0][:, 0])
    return relu(normalised(maps, *norm)).max(axis=(1, 2))


BY_HAND = {"image_mlp": of_image_mlp, "lenet": of_lenet, "convnet": of_convnet}


def layers(state):
    """The weights of each layer, in their order, without counters and the pixels' scale."""
    found = {}
    for name, tensor in state.items():
        layer, _, kind = name.rpartition(".")
        if "pixels" not in name and kind != "num_batches_tracked":
            found.setdefault(layer, []).append(tensor.double().numpy())
    return [*found.values()]


@pytest.mark.parametrize("architecture", NETWORKS)
def test_features_are_what_the_last_linear_layer_sees(architecture):
    header, state = classifier(architecture)
    images = pictures()
    features, classes = read_images(header, state, torch.from_numpy(images), compute=COMPUTE)
    expected = BY_HAND[architecture](images / 127.5 - 1, *layers(state))
    assert features.dtype == torch.float32
    np.testing.assert_allclose(features, expected, rtol=1e-4, atol=1e-6)
    assert features.std(dim=0).max() > 0
    logits = linear(expected, *layers(state)[-1])
    np.testing.assert_array_equal(classes, logits.argmax(axis=1))
    votes = build_voters(header, [state])(torch.from_numpy(images)).argmax(dim=1)
    assert torch.equal(classes, votes)


def test_images_are_read_in_their_order_however_many_at_a_time(monkeypatch):
    header, state = classifier("convnet")
    images, threads = torch.from_numpy(pictures()), torch.get_num_threads()
    whole = read_images(header, state, images, compute=COMPUTE)
    monkeypatch.setattr(reading, "_BATCH", 3)
    for one, other in zip(read_images(header, state, images, compute=COMPUTE), whole, strict=True):
        torch.testing.assert_close(one, other)
    assert torch.get_num_threads() == threads
