"""The node that `mnist_transfer` has beside those of all classifiers of images."""

from typing import Any

from dl_pipelines.io.idx import SIDE
from dl_pipelines.models import build_classifier
from dl_pipelines.params.classification import Classifier
from dl_pipelines.pipelines.image_weights import CLASSES


def describe_network(classifier: Classifier) -> dict[str, Any]:
    """Build the network once, before any image is read: what it lacks is told at once."""
    settings = classifier.network.model_dump(mode="json")
    network = build_classifier(classifier.architecture, settings, size=SIDE, classes=CLASSES)
    parameters = [*network.parameters()]
    learning = [parameter for parameter in parameters if parameter.requires_grad]
    return {
        "network": settings,
        "parameters": sum(parameter.numel() for parameter in parameters),
        "parameters_that_learn": sum(parameter.numel() for parameter in learning),
    }
