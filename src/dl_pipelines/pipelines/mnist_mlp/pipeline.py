"""The `mnist_mlp` pipeline: images of digits -> networks -> how well they tell them apart."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines.image_wiring import classification_pipeline


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline mnist_mlp` runs."""
    return classification_pipeline("mnist_mlp")
