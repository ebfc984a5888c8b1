"""Forecasters of daily bars with fresh weights, as `stock_lstm` packs them."""

from pathlib import Path
from typing import Any

import torch

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models import build_network
from dl_pipelines.models.scaling import Scaled

HEADER: dict[str, Any] = {
    "name": "lstm",
    "architecture": "lstm",
    "network": {"hidden": 2, "skip_days": 1, "layers": 1, "dropout": 0.0},
    "window": 4,
    "features": ["return_1", "high_close"],
    "target": "range_scaled",
    "seeds": [0, 1],
    "learnt_from": "2006-02-15",
    "learnt_until": "2018-12-28",
    "calibration": {
        "coverage": 0.9,
        "window": 500,
        "quantile": 0.25,
        "days": 500,
        "from": "2023-12-11",
        "until": "2025-12-31",
    },
}


def forecaster() -> Weights:
    """Two networks that nobody has trained."""
    members = {}
    for seed in HEADER["seeds"]:
        torch.manual_seed(seed)
        network = build_network("lstm", HEADER["network"], features=2)
        members[f"seed_{seed}"] = Scaled(network, features=2, outputs=1).state_dict()
    return Weights.of_members(members, HEADER)


def saved(folder: Path) -> Path:
    """Their file."""
    file = folder / "lstm_forecaster.safetensors"
    SafetensorsDataset(str(file)).save(forecaster())
    return file
