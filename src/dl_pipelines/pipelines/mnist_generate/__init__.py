"""Pictures by networks that were trained to make them.

Look first at the figure `samples.png`. `samples` counts the pictures, `distinct` those that differ.
Which networks make them, and where the files are: docs/mnist_generate.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.mnist_generate.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
