"""Settings of nodes that are called without a project: a small network, trained for moments."""

from typing import Any

from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.classification import ImageHoldout
from dl_pipelines.params.generation import ImageVAETraining, SampleJudging, VAEReport
from dl_pipelines.params.generative import Autoencoder

SETTINGS: dict[str, Any] = {
    "holdout": ImageHoldout(validation_fraction=0.25),
    "autoencoder": Autoencoder.model_validate(
        {"name": "small", "architecture": "mlp", "network": {"hidden": [4], "latents": 2}}
    ),
    "training": ImageVAETraining(epochs=2, batch_size=16),
    "report": VAEReport(importance_samples=3, iwae_images=10),
    "judging": SampleJudging(samples=10, subsets=2, subset_rows=5),
    "compute": Compute(device="cpu", backend="sequential"),
    "checkpoints": Checkpoints(folder=None),
}
