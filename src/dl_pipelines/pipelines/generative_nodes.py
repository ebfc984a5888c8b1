"""Nodes of the pipelines that make images: what all of them report."""

from typing import Any

from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params.classification import Mnist


def describe_run(mnist: Mnist, data_report: dict[str, Any], weights: Weights) -> dict[str, str]:
    """Say what was learnt from, by which recipe, and whether for a look only."""
    return {
        "dataset": mnist.dataset,
        "data.source": data_report["source"],
        # What the weights are called, whatever this run's settings call theirs.
        "recipe": weights.header["name"],
        "profile": weights.header["profile"],
    }
