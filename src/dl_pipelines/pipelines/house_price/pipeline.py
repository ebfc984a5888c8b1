"""The `house_price` pipeline: a table of houses -> features -> models, each evaluated alike."""

from collections.abc import Callable, Mapping
from typing import Any

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines.house_price import evaluation_nodes, nodes
from dl_pipelines.pipelines.house_price.comparison import AVERAGE, BASELINES, NETWORKS

NAMESPACE = "house_price"

_CROSS = ("kfold", "repeated_kfold", "random_splits")
_EVALUATIONS = ("holdout", *_CROSS)
_SHARED = {"preparation", "report", *(f"evaluations.{protocol}" for protocol in _EVALUATIONS)}
_HOLDOUT = {
    "features": "features",
    "preparation": "params:preparation",
    "holdout": "params:evaluations.holdout",
}
_TRAINING = {
    "regressor": "params:regressor",
    "training": "params:training",
    "compute": "params:compute",
    "checkpoints": "params:checkpoints",
}


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline house_price` runs."""
    return Pipeline(
        [
            _data(),
            *(_model(name, _network()) for name in NETWORKS),
            _model(AVERAGE, _average()),
            *(_model(name, _baseline()) for name in BASELINES),
            _report(),
        ]
    )


def _data() -> Pipeline:
    drawn = ["houses_raw", "houses", "features", "data_quality", "params:house"]
    return Pipeline(
        [
            _node(nodes.ingest_houses, ["houses_source", "params:house"], "houses_raw"),
            _node(nodes.clean_houses, ["houses_raw", "params:house"], ["houses", "data_quality"]),
            _node(nodes.build_features, ["houses", "params:house"], "features"),
            _node(
                evaluation_nodes.draw_data_figures, [*drawn, "params:preparation"], "data_figures"
            ),
        ],
        namespace=NAMESPACE,
        parameters={"params:house": "params:house"},
    )


def _model(name: str, fitting: list[Node]) -> Pipeline:
    """Fit a model for each evaluation and judge it: one template for all models.

    A model's own are its settings and its training; all else is the same for all.
    """
    nodes = [*fitting, *_evaluations()]
    free = Pipeline(nodes).inputs()
    needed = {dataset.removeprefix("params:") for dataset in free}
    parameters = {name: name for name in needed & {"compute", "checkpoints", "house"}}
    parameters |= {name: f"{NAMESPACE}.{name}" for name in needed & _SHARED}
    return Pipeline(
        nodes,
        namespace=f"{NAMESPACE}.{name}",
        inputs={name: f"{NAMESPACE}.{name}" for name in free if not name.startswith("params:")},
        parameters={f"params:{name}": f"params:{source}" for name, source in parameters.items()},
    )


def _network() -> list[Node]:
    weights = {name: name for name in ("validation_weights", "weights")}
    return [
        _node(nodes.train_holdout, {**_HOLDOUT, **_TRAINING}, [*weights, "history"]),
        _node(
            nodes.predict_holdout,
            {**weights, **_HOLDOUT, "regressor": "params:regressor"},
            "holdout_predictions",
        ),
        _node(
            nodes.explain_holdout,
            {
                "weights": "weights",
                **_HOLDOUT,
                "regressor": "params:regressor",
                "report": "params:report",
            },
            "importance",
        ),
        *(
            _node(
                nodes.cross_predict,
                {**_cross(protocol), **_TRAINING},
                [f"{protocol}_predictions", f"{protocol}_curves"],
                name=f"predict_{protocol}",
            )
            for protocol in _CROSS
        ),
        _node(
            evaluation_nodes.draw_network_figures,
            [
                "history",
                "importance",
                *("holdout_predictions", "kfold_predictions"),
                *("holdout_calibration", "kfold_calibration"),
                "params:regressor",
                "params:house",
            ],
            "figures",
        ),
    ]


def _average() -> list[Node]:
    return [
        _node(
            evaluation_nodes.average_networks,
            {name: f"{name}.{protocol}_predictions" for name in NETWORKS},
            f"{protocol}_predictions",
            name=f"predict_{protocol}",
        )
        for protocol in _EVALUATIONS
    ]


def _baseline() -> list[Node]:
    return [
        _node(
            nodes.fit_baseline,
            {**_HOLDOUT, "baseline": "params:baseline"},
            "estimator",
        ),
        *(
            _node(
                nodes.cross_predict_baseline,
                {**_cross(protocol), "baseline": "params:baseline", "compute": "params:compute"},
                f"{protocol}_predictions",
                name=f"predict_{protocol}",
            )
            for protocol in _EVALUATIONS
        ),
    ]


def _cross(protocol: str) -> dict[str, str]:
    return {
        "features": "features",
        "preparation": "params:preparation",
        "protocol": f"params:evaluations.{protocol}",
    }


def _evaluations() -> list[Node]:
    return [
        _node(
            evaluation_nodes.evaluate_holdout,
            {**_predicted("holdout"), "report": "params:report"},
            ["holdout_metrics", "holdout_scores", "holdout_calibration", "by_seed"],
        ),
        _node(
            evaluation_nodes.evaluate_kfold,
            {**_predicted("kfold"), "report": "params:report"},
            ["kfold_metrics", "kfold_scores", "kfold_calibration"],
        ),
        _node(
            evaluation_nodes.evaluate_repeated_kfold,
            {**_predicted("repeated_kfold"), "protocol": "params:evaluations.repeated_kfold"},
            ["repeated_kfold_metrics", "repeated_kfold_scores"],
        ),
        _node(
            evaluation_nodes.evaluate_random_splits,
            _predicted("random_splits"),
            ["random_splits_metrics", "random_splits_scores"],
        ),
        _node(
            evaluation_nodes.gather_scores,
            {protocol: f"{protocol}_scores" for protocol in _EVALUATIONS},
            "scores",
        ),
    ]


def _predicted(protocol: str) -> dict[str, str]:
    return {"predictions": f"{protocol}_predictions", "preparation": "params:preparation"}


def _report() -> Pipeline:
    scores = {name: f"{name}.scores" for name in (*NETWORKS, AVERAGE, *BASELINES)}
    curves = {f"{name}_curves": f"{name}.kfold_curves" for name in NETWORKS[:3]}
    settings = {name: f"params:{name}" for name in ("house", "preparation", "report")}
    return Pipeline(
        [
            _node(
                evaluation_nodes.compare,
                {**scores, **settings, "evaluations": "params:evaluations"},
                ["metrics", "comparison", "verdict", "tags"],
            ),
            _node(
                evaluation_nodes.draw_comparison_figures,
                {**scores, **curves, **settings},
                "figures",
            ),
        ],
        namespace=NAMESPACE,
        parameters={"params:house": "params:house"},
    )


def _node(
    function: Callable[..., Any],
    inputs: list[str] | Mapping[str, str],
    outputs: str | list[str],
    name: str | None = None,
) -> Node:
    """A node called like its function; arguments in a list are called like their inputs."""
    if isinstance(inputs, list):
        inputs = {dataset.removeprefix("params:"): dataset for dataset in inputs}
    return Node(function, dict(inputs), outputs, name=name or function.__name__)
