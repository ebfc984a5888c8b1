"""Searching the hyper-parameters of a network that predicts house prices.

Look first at `value`, the smallest error of the inner validation, beside that of the shipped
settings, then at the figure `search_progress.png`. A trial is a run below. How the search is
judged: docs/house_price.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.house_price_search.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
