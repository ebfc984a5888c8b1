"""The `stock_monitor` pipeline: the champion and newer bars -> whether to train again."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines import stock_nodes
from dl_pipelines.pipelines.stock_monitor import nodes
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "stock_monitor"


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline stock_monitor` runs."""
    monitor = "params:monitor"
    day = ["clock", monitor]
    seen = ["champion", "features", *day]
    return Pipeline(
        [
            adapter(stock_nodes.ingest_bars, ["daily_bars_source"], "daily_bars_raw"),
            adapter(stock_nodes.clean_bars, ["daily_bars_raw"], ["daily_bars_all", "data_quality"]),
            adapter(nodes.choose_bars, ["daily_bars_all", *day], "daily_bars"),
            adapter(stock_nodes.build_features, ["daily_bars"], "features"),
            adapter(nodes.forecast_new_days, seen, "forecasts"),
            adapter(nodes.compare_features, seen, "drift"),
            adapter(
                nodes.judge_champion,
                ["champion", "drift", "forecasts", *day],
                ["metrics", "comparison", "verdict", "decision"],
            ),
            adapter(
                nodes.report_drift,
                [*seen, "drift", "forecasts", "comparison", "verdict", "decision"],
                ["figures", "page"],
            ),
        ],
        namespace=NAMESPACE,
        parameters={monitor: f"params:{NAMESPACE}"},
    )
