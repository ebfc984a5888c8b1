"""Optimizers compared at equal tuning budgets.

Look first at `<optimizer>.rank` (1 is best; ties share a rank), then at the figure `ranking.png` of
each task. How rates are tuned and ranks are made: docs/optimizers.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.optimizer_comparison.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
