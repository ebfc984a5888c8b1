"""Generating digits by variational autoencoders.

Look first at the figure `samples.png`, then at `frechet_ratio` (distance from test images over that
of training images, 1 at best) and `iwae_nll` (nats a digit, the smaller the better). How each is
measured: docs/generating.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.mnist_vae.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
