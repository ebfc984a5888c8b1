"""The autoencoder and the GANs of digits, compared by their runs.

Look first at the figure `comparison.png`, then at `<pipeline>.frechet_ratio` (distance from test
images over that of training images, 1 at best). The tags `<pipeline>.run` name the runs. How each
is measured: docs/generating.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.generator_comparison.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
