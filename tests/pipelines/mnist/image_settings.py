"""Settings of nodes that are called without a project: small networks, trained for moments."""

from typing import Any

from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.classification import (
    Classifier,
    ClassReport,
    ImageHoldout,
    ImageTraining,
)
from dl_pipelines.params.images import Augmentation

HOLDOUT = ImageHoldout(validation_fraction=0.25)
REPORT = ClassReport(disturbed=20)
SETTINGS: dict[str, Any] = {
    "training": ImageTraining(epochs=2, batch_size=16),
    "augmentation": Augmentation(rotation=10.0, shift=2.0),
    "compute": Compute(device="cpu", backend="sequential"),
    "checkpoints": Checkpoints(folder=None),
}
MLP = Classifier.model_validate(
    {
        "name": "mlp",
        "architecture": "image_mlp",
        "network": {"hidden": [4], "batch_norm": True, "dropout": 0.2},
    }
)
CNN = Classifier.model_validate(
    {"name": "cnn", "architecture": "convnet", "network": {"stages": [[2], [2]]}}
)
