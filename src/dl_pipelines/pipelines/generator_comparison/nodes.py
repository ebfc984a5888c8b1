"""Nodes of `generator_comparison`: thin adapters between the catalog and the layers below."""

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.comparison_page import comparison_page
from dl_pipelines.evaluation.generator_runs import (
    comparison_verdict,
    judged_runs,
    run_figures,
    run_tags,
)
from dl_pipelines.evaluation.generator_tables import brief_table, generator_table
from dl_pipelines.params.classification import Mnist


def read_runs(runs_source: pd.DataFrame, mnist: Mnist) -> pd.DataFrame:
    """Take the newest run of each pipeline, if all were judged alike."""
    return judged_runs(runs_source, dataset=mnist.dataset)


def compare_runs(
    runs: pd.DataFrame, mnist: Mnist
) -> tuple[dict[str, float], pd.DataFrame, str, dict[str, str]]:
    """Compare the runs in numbers, in one table and in words."""
    table, dataset = generator_table(runs), mnist.dataset
    verdict = comparison_verdict(table, runs, dataset=dataset)
    return run_figures(runs), brief_table(table), verdict, run_tags(runs, dataset=dataset)


def draw_comparison(
    runs: pd.DataFrame, verdict: str, mnist: Mnist
) -> tuple[dict[str, Figure], str]:
    """Compare the runs in one figure and on one page."""
    table = generator_table(runs)
    drawn, title = figures.generator_comparison(table), f"Generators of {mnist.dataset} compared"
    page = comparison_page(title, verdict, table=table, figure=drawn, runs=runs)
    return {"comparison.png": drawn}, page
