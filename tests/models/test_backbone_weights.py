"""Where the first weights of networks of torchvision come from."""

import zipfile
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import save_file

from dl_pipelines.errors import DataError, SourceError
from dl_pipelines.models import build_classifier, build_voters
from dl_pipelines.models.backbone_weights import stored
from dl_pipelines.models.backbones import BACKBONES
from tests.models.small_backbones import CLASSES, SMALL, build, digits


def body(net, model=SMALL):
    """What a file of weights for `model` holds, and the network's own head left out."""
    head = f"{BACKBONES[model].head}."
    return {k: v for k, v in net.net.state_dict().items() if not k.startswith(head)}


def other_weights(model=SMALL):
    """A state_dict as torchvision's files have it, of 1,000 classes."""
    import torchvision

    torch.manual_seed(1)
    return torchvision.models.get_model(model, weights=None).state_dict()


def assert_has(net, state):
    for name, tensor in body(net).items():
        assert torch.equal(tensor, state[name]), name


@pytest.mark.parametrize("zipped", [True, False])
def test_weights_of_a_state_dict_file(torchvision, tmp_path, zipped):
    path, state = tmp_path / "weights.pth", other_weights()
    torch.save(state, path, _use_new_zipfile_serialization=zipped)
    assert_has(build(weights=str(path)), state)


def test_weights_of_a_safetensors_file(torchvision, tmp_path):
    path, state = tmp_path / "weights.safetensors", other_weights()
    save_file(state, path)
    assert_has(build(weights=str(path)), state)
    assert torch.equal(
        build(weights=str(path)).net.classifier[1].bias, build().net.classifier[1].bias
    )


def test_weights_without_counts_of_batches_fit(torchvision, tmp_path):
    state = other_weights("resnet18")
    old = {name: value for name, value in state.items() if "num_batches" not in name}
    save_file(old, tmp_path / "old.safetensors")
    net = build("resnet18", weights=str(tmp_path / "old.safetensors"))
    assert torch.equal(net.net.conv1.weight, state["conv1.weight"])


def test_names_of_old_densenets_fit(torchvision, tmp_path):
    state = other_weights("densenet121")
    layer = "features.denseblock1.denselayer1"
    renamed = {name.replace("norm1.", "norm.1.").replace("conv2.", "conv.2."): value
               for name, value in state.items()}  # fmt: skip
    assert f"{layer}.norm.1.weight" in renamed and f"{layer}.conv.2.weight" in renamed
    save_file(renamed, tmp_path / "old.safetensors")
    net = build("densenet121", weights=str(tmp_path / "old.safetensors"))
    found = net.net.get_parameter(f"{layer}.conv2.weight")
    assert torch.equal(found, state[f"{layer}.conv2.weight"])


def test_the_second_head_of_inception_is_left_out(torchvision, tmp_path):
    state = build("inception_v3").net.state_dict()
    save_file(state | {"AuxLogits.fc.bias": torch.zeros(1000)}, tmp_path / "i.safetensors")
    net = build("inception_v3", weights=str(tmp_path / "i.safetensors"))
    assert not [name for name in net.state_dict() if "AuxLogits" in name]
    first = next(name for name in state if name.endswith("conv.weight"))
    assert torch.equal(net.net.state_dict()[first], state[first])


def without_one(state):
    state.pop("features.0.bias")
    return r"'features.0.bias' is missing instead of \[64\]"


def another_shape(state):
    state["features.0.bias"] = torch.zeros(2)
    return r"'features.0.bias' is \[2\] instead of \[64\]"


def one_too_many(state):
    state["features.99.bias"] = torch.zeros(2)
    return r"'features.99.bias' is \[2\] instead of missing"


@pytest.mark.parametrize("change", [without_one, another_shape, one_too_many])
def test_weights_of_another_network_are_refused(torchvision, tmp_path, change):
    state = other_weights()
    message = change(state)
    save_file(state, tmp_path / "w.safetensors")
    with pytest.raises(DataError, match=f"w.safetensors.* not belong to {SMALL}: .*{message}"):
        build(weights=str(tmp_path / "w.safetensors"))


def truncated(path):
    torch.save({"weight": torch.zeros(1000)}, path)
    path.write_bytes(path.read_bytes()[:2000])


class Code:
    """What unpickling this would run."""

    def __reduce__(self):
        return exec, ("raise SystemExit('a file has run its code')",)


@pytest.mark.parametrize(
    "write",
    [
        truncated,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text("<html>404</html>"),
        lambda path: torch.save(Code(), path),
        lambda path: torch.save({"epoch": 1, "state_dict": {}}, path),
        lambda path: torch.save([torch.zeros(1)], path),
    ],
)
@pytest.mark.parametrize("name", ["weights.pth", "weights.safetensors"])
def test_a_file_without_weights_is_named(torchvision, tmp_path, write, name):
    write(tmp_path / name)
    with pytest.raises(DataError, match=f"{name}, the setting 'weights', is no whole"):
        build(weights=str(tmp_path / name))


def test_names_in_a_file_are_texts(tmp_path):
    torch.save({1: torch.zeros(1)}, tmp_path / "w.pth")
    assert [*stored(tmp_path / "w.pth")] == ["1"]


@pytest.mark.parametrize(
    "tensor",
    [
        torch.zeros(2, 2).to_sparse(),
        torch.zeros(2, 2, device="meta"),
        torch.quantize_per_tensor(torch.zeros(2, 2), 1.0, 0, torch.qint8),
    ],
    ids=["sparse", "meta", "quantised"],
)
def test_a_tensor_that_is_no_plain_array_is_named(tmp_path, tensor):
    torch.save({"a": torch.zeros(1), "w": tensor}, tmp_path / "w.pth")
    with pytest.raises(DataError, match=r"holds 'w', which is sparse, quantised or without values"):
        stored(tmp_path / "w.pth")


def test_files_of_torch_before_1_6_are_read(tmp_path):
    state = {"w": torch.arange(4.0)}
    torch.save(state, tmp_path / "w.pth", _use_new_zipfile_serialization=False)
    assert torch.equal(stored(tmp_path / "w.pth")["w"], state["w"])


@pytest.mark.parametrize("new", [True, False])
def test_a_name_without_end_is_refused_at_once(tmp_path, new):
    torch.save({"n" * 1001: torch.zeros(1)}, tmp_path / "w.pth", _use_new_zipfile_serialization=new)
    with pytest.raises(DataError, match=r"w.pth, the setting 'weights', is no whole"):
        stored(tmp_path / "w.pth")


def test_a_packed_file_is_not_unpacked(tmp_path):
    torch.save({"w": torch.zeros(2**20)}, tmp_path / "w.pth")
    with (
        zipfile.ZipFile(tmp_path / "w.pth") as plain,
        zipfile.ZipFile(tmp_path / "packed.pth", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
    with pytest.raises(DataError, match=r"packed.pth, the setting 'weights', is no whole"):
        stored(tmp_path / "packed.pth")


def test_a_missing_file_is_named(torchvision):
    with pytest.raises(DataError, match=r"lost.pth, the setting 'weights', is no file"):
        build(weights="lost.pth")


def publish(monkeypatch, get_state_dict):
    """Let torchvision publish these weights for every network."""
    import torchvision

    entry = SimpleNamespace(url="https://example.org/w.pth", get_state_dict=get_state_dict)
    kinds = SimpleNamespace(DEFAULT=entry)
    monkeypatch.setattr(torchvision.models, "get_model_weights", lambda model: kinds)


def test_published_weights_are_checked_and_run_no_code(torchvision, monkeypatch):
    state, asked = other_weights(), {}

    def get_state_dict(**options):
        asked.update(options)
        return state

    publish(monkeypatch, get_state_dict)
    assert_has(build(weights="torchvision"), state)
    assert asked["check_hash"] and asked["weights_only"]


def test_without_a_network_the_address_is_named(torchvision, monkeypatch):
    def get_state_dict(**options):
        raise OSError("no route to host")

    publish(monkeypatch, get_state_dict)
    with pytest.raises(SourceError, match=r"example.org/w.pth \(no route to host\): try again"):
        build(weights="torchvision")


def test_a_trained_network_no_longer_needs_its_first_weights(torchvision, tmp_path):
    path = tmp_path / "weights.safetensors"
    save_file(other_weights(), path)
    settings = {"model": SMALL, "resize": 32, "weights": str(path)}
    net = build_classifier("backbone", settings, size=28, classes=CLASSES).eval()
    path.unlink()

    header = {"architecture": "backbone", "network": settings, "size": 28, "classes": CLASSES}
    rebuilt = build_voters(header, [net.state_dict()])

    with torch.inference_mode():
        assert torch.equal(rebuilt(digits()), net(digits()).softmax(dim=1))
