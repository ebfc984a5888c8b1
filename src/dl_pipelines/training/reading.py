"""What a frozen classifier makes of images: features, and the class it reads.

Shapes: N images, H and W pixels, F features, C classes.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from dl_pipelines.models import restore_classifier
from dl_pipelines.training.device import choose_device
from dl_pipelines.training.parallel import torch_threads

_BATCH = 1000


@torch.no_grad()
def read_images(
    header: Mapping[str, Any],
    state: Mapping[str, Tensor],
    images: Tensor,
    *,
    compute: Mapping[str, Any],
) -> tuple[Tensor, Tensor]:
    """Features and classes of images, by one trained classifier.

    Features are what its last linear layer sees, as the Inception network's last pooling is for
    the Fréchet distance of coloured pictures (Heusel et al. 2017).

    Args:
        header: What the classifier is; see `models.restore_classifier`.
        state: Its state_dict.
        images: Grey levels, uint8 [N, H, W].
        compute: Settings of `params.Compute`.

    Returns:
        Features, float32 [N, F], and classes, int64 [N].
    """
    device = choose_device(compute["device"])
    model = restore_classifier(header, state).to(device)
    features: list[Tensor] = []
    last = [layer for layer in model.modules() if isinstance(layer, nn.Linear)][-1]
    last.register_forward_pre_hook(lambda _, inputs: features.append(inputs[0].cpu()))
    with torch_threads(compute["threads"]):
        logits = [model(part.to(device)).cpu() for part in torch.split(images, _BATCH)]
    return torch.cat(features), torch.cat(logits).argmax(dim=1)
