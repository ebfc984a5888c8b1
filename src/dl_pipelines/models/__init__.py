"""Networks; one architecture, one file."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from torch import Tensor, nn

from dl_pipelines.models.backbones import Backbone
from dl_pipelines.models.building import build
from dl_pipelines.models.cnn import ConvNet, LeNet
from dl_pipelines.models.lstm import LSTMForecaster
from dl_pipelines.models.mlp import MLP, ImageMLP
from dl_pipelines.models.scaling import Ensemble, Scaled
from dl_pipelines.models.symbol_lstm import SymbolLSTM
from dl_pipelines.models.tabm import TabM
from dl_pipelines.models.voting import Voters

ARCHITECTURES: dict[str, Callable[..., nn.Module]] = {
    "lstm": LSTMForecaster,  # of windows [B, T, F]
    "symbol_lstm": SymbolLSTM,  # of windows whose last feature is a number
    "mlp": MLP,  # of rows [B, F]
    "tabm": TabM,
}
CLASSIFIERS: dict[str, Callable[..., nn.Module]] = {  # of images [B, H, W]
    "image_mlp": ImageMLP,
    "lenet": LeNet,
    "convnet": ConvNet,
    "backbone": Backbone,
}


def build_network(architecture: str, settings: Mapping[str, Any], *, features: int) -> nn.Module:
    """Build a network with fresh weights.

    Args:
        architecture: A key of `ARCHITECTURES`.
        settings: Keyword arguments of that architecture, without `features`.
        features: Inputs a day, or columns of a table.

    Raises:
        SettingError: If there is no such architecture, or it has no such setting or value.
    """
    return build(ARCHITECTURES, architecture, settings, features=features)


def build_classifier(
    architecture: str, settings: Mapping[str, Any], *, size: int, classes: int
) -> nn.Module:
    """Build a classifier of images with fresh weights, from raw images [B, H, W] to logits.

    Args:
        architecture: A key of `CLASSIFIERS`.
        settings: Keyword arguments of that architecture, without `size` and `classes`.
        size: Height and width of an image.
        classes: Classes to tell apart.

    Raises:
        SettingError: If there is no such architecture, or it has no such setting or value.
    """
    return build(CLASSIFIERS, architecture, settings, size=size, classes=classes)


def build_scaled(
    architecture: str, settings: Mapping[str, Any], state: Mapping[str, Tensor]
) -> Scaled:
    """Rebuild a trained network with its scaling from its state_dict, in evaluation mode.

    Args:
        architecture: A key of `ARCHITECTURES`.
        settings: Keyword arguments of that architecture, without `features`.
        state: The state_dict of a `Scaled` network.
    """
    features, outputs = len(state["input_mean"]), len(state["target_mean"])
    net = build_network(architecture, settings, features=features)
    scaled = Scaled(net, features=features, outputs=outputs)
    scaled.load_state_dict(state)
    return scaled.eval()


def build_forecaster(
    header: Mapping[str, Any], states: Iterable[Mapping[str, Tensor]]
) -> nn.Module:
    """Rebuild the forecaster that averages networks trained with several seeds.

    Args:
        header: What a file of weights says of them: `architecture`, a key of `ARCHITECTURES`;
            `network`, its keyword arguments without `features`; and `log_target`, true where they
            learnt the logarithm of the target.
        states: The state_dict of each `Scaled` network.

    Returns:
        A module in evaluation mode from raw windows [B, T, F] or rows [B, F] to targets [B, O].
    """
    members = [build_scaled(header["architecture"], header["network"], state) for state in states]
    return Ensemble(members, log_target=header.get("log_target", False)).eval()


def restore_classifier(header: Mapping[str, Any], state: Mapping[str, Tensor]) -> nn.Module:
    """Rebuild a trained classifier of images.

    Args:
        header: What a file of weights says of it: `architecture`, a key of `CLASSIFIERS`;
            `network`, its keyword arguments without `size` and `classes`; and `size` and
            `classes`.
        state: Its state_dict.

    Returns:
        A module in evaluation mode from raw images [B, H, W] to logits [B, classes].
    """
    # Where the first weights came from no longer matters, and need no longer be there.
    network = {name: value for name, value in header["network"].items() if name != "weights"}
    shape = {"size": header["size"], "classes": header["classes"]}
    model = build_classifier(header["architecture"], network, **shape)
    model.load_state_dict(state)
    return model.eval()


def build_voters(
    header: Mapping[str, Any], states: Iterable[Mapping[str, Tensor]], *, shifts: int = 0
) -> nn.Module:
    """Rebuild the classifiers trained with several seeds as one that lets them vote.

    Args:
        header: What a file of weights says of them; see `restore_classifier`.
        states: The state_dict of each network.
        shifts: Pixels by which images are moved to and fro before the vote; see `Voters`.

    Returns:
        A module in evaluation mode from raw images [B, H, W] to probabilities [B, classes].
    """
    members = [restore_classifier(header, state) for state in states]
    return Voters(members, shifts=shifts).eval()
