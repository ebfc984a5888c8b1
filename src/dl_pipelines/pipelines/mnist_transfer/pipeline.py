"""The `mnist_transfer` pipeline: a network trained on photographs -> how well it reads digits."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines.image_wiring import classification_pipeline
from dl_pipelines.pipelines.mnist_transfer import nodes
from dl_pipelines.pipelines.wiring import adapter


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline mnist_transfer` runs."""
    first = Pipeline(
        [adapter(nodes.describe_network, ["params:classifier"], "network")],
        namespace="mnist_transfer",
    )
    return first + classification_pipeline("mnist_transfer")
