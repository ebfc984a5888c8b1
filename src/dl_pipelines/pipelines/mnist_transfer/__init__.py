"""Fine-tuning networks of torchvision on digits.

Look first at `test_accuracy` (share of test digits, mean over seeds) and `vote.test_accuracy`, then
at the figure `confusion.png`. Networks, and what not to conclude: docs/mnist_transfer.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.mnist_transfer.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
