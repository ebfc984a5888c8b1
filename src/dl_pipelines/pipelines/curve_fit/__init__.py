"""A parabola fitted four ways, and a random polynomial learned by one layer.

Look first at `numpy.w` and `numpy.b` beside those of the other ways and of least squares
(`least_squares.w`), then at the figure `descent.png`. What is equal and what is not:
docs/curve_fit.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.curve_fit.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
