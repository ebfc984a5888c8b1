"""Classifying digits by multi-layer perceptrons.

Look first at `test_accuracy` (share of test digits, mean over seeds) and `vote.test_accuracy`, then
at the figure `confusion.png`. Data, recipes, and what not to conclude: docs/mnist.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.mnist_mlp.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
