"""Generating digits by the book's generative adversarial network.

Look first at the figure `samples.png`, then at `frechet_ratio` (distance from test images over that
of training images, 1 at best) and `recall` (share of kinds of digits that are made). How each is
measured: docs/generating.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.mnist_gan.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
