"""Generating digits of a class by a conditional adversarial network.

Look first at the figure `class_grid.png`, then at `conditional_accuracy` (share of samples read as
the class asked for) and `frechet_ratio` (distance from test images over that of training images, 1
at best). How each is measured: docs/generating.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.mnist_cgan.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
