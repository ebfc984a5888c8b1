"""Networks of torchvision with a head of our own, to be fine-tuned on grey images.

Shapes: B batch, H and W height and width of an image, S both once it is resized, O classes.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from dl_pipelines.errors import SettingError, SourceError
from dl_pipelines.models.backbone_weights import State, load_all_but_head, stored
from dl_pipelines.models.images import WHITE

# What photographs of ImageNet are normalised by (red, green, blue), as all these networks were.
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# Validation and prediction hand over a thousand images: at 224 pixels VGG would take 13 GB.
_AT_ONCE = 128


@dataclass(frozen=True)
class _Kind:
    head: str  # name of the last layer, which tells the classes apart
    smallest: int  # height and width of the smallest image
    settings: dict[str, Any] = field(default_factory=dict)  # of the builder


BACKBONES = {
    "alexnet": _Kind("classifier.6", 63),  # Krizhevsky 2014
    "vgg11_bn": _Kind("classifier.6", 32),  # Simonyan and Zisserman 2015
    "resnet18": _Kind("fc", 1),  # He et al. 2016
    "squeezenet1_1": _Kind("classifier.1", 17),  # Iandola et al. 2016
    "densenet121": _Kind("classifier", 29),  # Huang et al. 2017
    "inception_v3": _Kind(  # Szegedy et al. 2016; it turns the others' normalisation into its own
        "fc", 75, {"aux_logits": False, "transform_input": True, "init_weights": False}
    ),
}


class Backbone(nn.Module):
    """A network of torchvision on grey images (book, second tutorial).

    Each image is resized, its grey levels are those of all three colours, and the head is new.
    A frozen one trains nothing but the head, and the features that the head sees are always those
    of evaluation mode: neither dropout nor the statistics of a batch change them.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        *,
        size: int,
        classes: int,
        model: str,
        resize: int = 64,
        frozen: bool = True,
        weights: str = "none",
    ) -> None:
        """Build the network.

        Args:
            size: Height and width of an image; any, for it is resized.
            classes: Classes to tell apart, O.
            model: A key of `BACKBONES`.
            resize: Height and width that the network sees, S.
            frozen: Whether only the head learns.
            weights: Where all weights but the head's come from: `none` for random ones,
                `torchvision` for those it publishes (trained on ImageNet, downloaded once), else
                a .safetensors file or a state_dict of torch.

        Raises:
            SettingError: If torchvision is not installed or does not fit torch, there is no such
                model, or it takes no image so small.
            DataError: If a file is not there or holds other weights.
            SourceError: If torchvision's weights cannot be downloaded.
        """
        super().__init__()
        kind = _kind(model, resize)
        self.resize, self.frozen = resize, frozen
        self.register_buffer("mean", torch.tensor(_MEAN).view(3, 1, 1))
        self.register_buffer("std", torch.tensor(_STD).view(3, 1, 1))
        build = _torchvision_models().get_model
        self.net: nn.Module = build(model, weights=None, num_classes=classes, **kind.settings)
        if weights != "none":
            state = _published(model) if weights == "torchvision" else stored(Path(weights))
            load_all_but_head(self.net, state, head=kind.head, model=model, where=weights)
        if frozen:
            self.net.requires_grad_(False)
            self.net.get_submodule(kind.head).requires_grad_(True)

    def train(self, mode: bool = True) -> "Backbone":
        """Go into training mode, unless frozen, or into evaluation mode."""
        return super().train(mode and not self.frozen)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of raw images, [B, H, W] -> [B, O]."""
        if self.training or torch.compiler.is_compiling():
            return self._logits(images)
        return torch.cat([self._logits(part) for part in torch.split(images, _AT_ONCE)])

    def _logits(self, images: Tensor) -> Tensor:
        shares = images.to(self.mean.dtype).unsqueeze(1) / WHITE  # [B, 1, H, W]
        shares = functional.interpolate(shares, size=[self.resize] * 2, mode="bilinear")
        y: Tensor = self.net((shares - self.mean) / self.std)  # of [B, 3, S, S]
        return y


def _kind(model: str, resize: int) -> _Kind:
    if model not in BACKBONES:
        raise SettingError(f"there is no model '{model}': choose one of {', '.join(BACKBONES)}.")
    kind = BACKBONES[model]
    if resize < kind.smallest:
        raise SettingError(
            f"the setting 'resize' is {resize}, but {model} takes images of {kind.smallest} x "
            f"{kind.smallest} pixels at least: raise it."
        )
    return kind


def _torchvision_models() -> Any:
    try:
        from torchvision import models  # noqa: PLC0415  an optional extra
    except ModuleNotFoundError as error:
        raise SettingError(
            "the setting 'architecture' is backbone, which needs torchvision: "
            "run pip install 'dl_pipelines[vision]'."
        ) from error
    except (ImportError, OSError, RuntimeError) as error:  # its binary part does not fit
        raise SettingError(
            f"torchvision does not fit torch {torch.__version__} ({error}): install the one of "
            "the same package index, https://download.pytorch.org/whl/cpu without a GPU."
        ) from error
    return models


def _published(model: str) -> State:
    published = _torchvision_models().get_model_weights(model).DEFAULT
    try:
        state: State = published.get_state_dict(progress=False, check_hash=True, weights_only=True)
    except Exception as error:  # of the network, of the disk or of a broken file
        raise SourceError(
            f"the weights of {model} could not be downloaded from {published.url} ({error}): try "
            "again with a network, or set 'weights' to a file of them or to none."
        ) from error
    return state
