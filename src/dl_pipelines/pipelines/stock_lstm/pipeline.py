"""The `stock_lstm` pipeline: daily bars -> features -> forecasters -> one comparison."""

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines import stock_nodes
from dl_pipelines.pipelines.stock_lstm import nodes, registry_nodes, report_nodes
from dl_pipelines.pipelines.stock_lstm.universe import create_universe
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "stock_lstm"
VARIANT = registry_nodes.REGISTERED

_TRAINING = (
    "params:holdout",
    "params:forecaster",
    "params:training",
    "params:compute",
    "params:checkpoints",
)


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline stock_lstm` runs.

    With the setting `stock.universe` it runs on these symbols in place of the one index.
    """
    index = Pipeline(
        [
            _data(),
            _forecaster("lstm", _walk_forward(), _figures(), _served()),
            _forecaster(
                "lstm_book_window",
                holdout=f"{NAMESPACE}.textbook.holdout",
                forecaster=f"{NAMESPACE}.lstm.forecaster",
                training=f"{NAMESPACE}.lstm.training",
            ),
            _forecaster("textbook", _walk_forward(), _figures(), _served()),
            _report(),
            _registration(),
        ],
        tags="unless.stock.universe",
    )
    return index + Pipeline([create_universe(NAMESPACE)], tags="if.stock.universe")


def _data() -> Pipeline:
    return Pipeline(
        [
            adapter(stock_nodes.ingest_bars, ["daily_bars_source"], "daily_bars_raw"),
            adapter(stock_nodes.clean_bars, ["daily_bars_raw"], ["daily_bars", "data_quality"]),
            adapter(stock_nodes.build_features, ["daily_bars"], "features"),
        ],
        namespace=NAMESPACE,
    )


def _forecaster(variant: str, *more: Node, **parameters: str) -> Pipeline:
    """Train a forecaster, forecast its holdout and judge it: one template for every variant.

    A variant's parameters are its own, but for those that `parameters` takes from elsewhere.
    """
    shared = {"interval": f"{NAMESPACE}.interval", "compute": "compute"}
    shared |= {"checkpoints": "checkpoints", **parameters}
    return Pipeline(
        [
            adapter(nodes.forecast_references, ["features", "params:holdout"], "references"),
            adapter(
                nodes.train_forecaster,
                ["features", *_TRAINING],
                ["validation_weights", "weights", "history"],
            ),
            adapter(
                nodes.forecast_holdout,
                [
                    "validation_weights",
                    "weights",
                    "features",
                    "references",
                    "params:holdout",
                    "params:forecaster",
                    "params:training",
                    "params:interval",
                ],
                "forecasts",
            ),
            adapter(
                nodes.evaluate_holdout,
                ["forecasts", "params:holdout"],
                ["metrics", "reference_metrics", "by_seed", "by_year"],
            ),
            *more,
        ],
        namespace=f"{NAMESPACE}.{variant}",
        inputs={"features": f"{NAMESPACE}.features"},
        parameters={f"params:{name}": f"params:{source}" for name, source in shared.items()},
    )


def _figures() -> Node:
    return adapter(
        report_nodes.draw_forecaster_figures,
        [
            "history",
            "forecasts",
            "by_year",
            "params:holdout",
            "params:forecaster",
            "params:interval",
        ],
        "figures",
    )


def _served() -> Node:
    return adapter(
        nodes.pack_forecaster,
        [
            "weights",
            "forecasts",
            "features",
            "params:holdout",
            "params:forecaster",
            "params:interval",
        ],
        "forecaster",
    )


def _walk_forward() -> Node:
    return adapter(
        nodes.evaluate_walk_forward,
        ["weights", "features", "references", "params:walk_forward", *_TRAINING],
        ["walk_forward_forecasts", "walk_forward_metrics"],
    )


def _report() -> Pipeline:
    results = {
        "lstm": "lstm.metrics",
        "lstm_walk_forward": "lstm.walk_forward_metrics",
        "references": "lstm.reference_metrics",
        "lstm_book_window": "lstm_book_window.metrics",
        "textbook": "textbook.metrics",
        "textbook_walk_forward": "textbook.walk_forward_metrics",
        "book_references": "textbook.reference_metrics",
    }
    return Pipeline(
        [
            adapter(
                report_nodes.compare,
                [*results, "params:holdout"],
                ["metrics", "comparison", "verdict"],
            ),
            adapter(
                report_nodes.draw_report_figures,
                ["daily_bars", "data_quality", "comparison", "params:holdout"],
                "figures",
            ),
        ],
        namespace=NAMESPACE,
        inputs={argument: f"{NAMESPACE}.{name}" for argument, name in results.items()},
        parameters={"params:holdout": f"params:{NAMESPACE}.{VARIANT}.holdout"},
    )


def _registration() -> Pipeline:
    judged = {name: f"{NAMESPACE}.{VARIANT}.{name}" for name in ("forecaster", "forecasts")}
    return Pipeline(
        [
            adapter(
                report_nodes.describe_candidate,
                [*judged, "features", "params:holdout"],
                "candidate",
            ),
            adapter(
                registry_nodes.register,
                ["candidate", "champion_record", "params:registry"],
                "registration",
            ),
        ],
        namespace=NAMESPACE,
        inputs=judged,
        parameters={"params:holdout": f"params:{NAMESPACE}.{VARIANT}.holdout"},
    )
