"""`stock_lstm` on many symbols: what runs in place of the one index where there is a universe."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines.stock_lstm import universe_nodes as nodes
from dl_pipelines.pipelines.wiring import adapter


def create_universe(namespace: str) -> Pipeline:
    """The nodes of a universe.

    Args:
        namespace: That of the pipeline.
    """
    forecaster = ["params:holdout", "params:forecaster"]
    learning = ["values", "panel", *forecaster, "params:training"]
    return Pipeline(
        [
            adapter(
                nodes.ingest_universe, ["bars_source", "params:holdout"], ["bars", "ingestion"]
            ),
            adapter(
                nodes.build_panel,
                ["bars", "ingestion", *forecaster, "params:references", "params:compute"],
                ["values", "panel", "quotes", "left_out"],
            ),
            adapter(
                nodes.train_universe,
                [*learning, "params:compute", "params:checkpoints"],
                ["validation_weights", "weights", "history"],
            ),
            adapter(
                nodes.forecast_universe,
                ["validation_weights", "weights", "quotes", *learning],
                "forecasts",
            ),
            adapter(
                nodes.evaluate_universe,
                ["forecasts", "left_out"],
                ["universe", "metrics", "by_symbol"],
            ),
            adapter(
                nodes.report_universe,
                ["forecasts", "metrics", "by_symbol", "left_out"],
                ["comparison", "verdict", "figures"],
            ),
        ],
        namespace=f"{namespace}.universe",
        parameters={"params:compute": "params:compute", "params:checkpoints": "params:checkpoints"},
    )
