"""The state of a trained network together with the scalings that it was trained behind."""

from collections.abc import Mapping

import torch
from torch import Tensor

from dl_pipelines.data.scalers import Standardizer

State = dict[str, Tensor]


def scaled_state(
    net: Mapping[str, Tensor],
    inputs: Standardizer,
    targets: Standardizer,
    limits: tuple[Tensor, Tensor] | None = None,
) -> State:
    """The state_dict of a `models.scaling.Scaled`.

    Args:
        net: The state_dict of the network inside.
        inputs: Scaling of its inputs.
        targets: Scaling of its targets.
        limits: Lowest and highest prediction, [O] each; None for no limits.
    """
    state = {f"net.{name}": value for name, value in net.items()}
    for side, scaler in (("input", inputs), ("target", targets)):
        state |= {f"{side}_mean": scaler.mean.float(), f"{side}_scale": scaler.scale.float()}
    infinity = torch.full_like(targets.mean, torch.inf)
    low, high = limits or (-infinity, infinity)
    return state | {"target_low": low.float(), "target_high": high.float()}
