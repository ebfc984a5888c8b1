"""The `stock_forecast` pipeline: the champion and the newest bars -> the next day's high."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines import stock_nodes
from dl_pipelines.pipelines.stock_forecast import nodes
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "stock_forecast"


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline stock_forecast` runs."""
    next_day = "params:next_day"
    day = ["clock", next_day]
    made = ["forecast", "past", "calibration"]
    return Pipeline(
        [
            adapter(stock_nodes.ingest_bars, ["daily_bars_source"], "daily_bars_raw"),
            adapter(stock_nodes.clean_bars, ["daily_bars_raw"], ["daily_bars_all", "data_quality"]),
            adapter(
                nodes.choose_bars,
                ["champion", *day],
                "daily_bars",
                daily_bars="daily_bars_all",
            ),
            adapter(stock_nodes.build_features, ["daily_bars"], "features"),
            adapter(nodes.forecast_next_day, ["champion", "features", *day], made),
            adapter(
                nodes.report_forecast, [*made, "champion", *day], ["metrics", "verdict", "tags"]
            ),
            adapter(nodes.draw_forecast, [*made, "daily_bars", *day], "figures"),
        ],
        namespace=NAMESPACE,
        parameters={next_day: f"params:{NAMESPACE}"},
    )
