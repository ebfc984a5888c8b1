"""The `house_price` pipeline: a table of houses -> features -> models, each evaluated alike."""

from collections.abc import Callable, Iterable
from typing import Any

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines.house_price import evaluation_nodes as judge
from dl_pipelines.pipelines.house_price import nodes
from dl_pipelines.pipelines.house_price.comparison import AVERAGE, BASELINES, NETWORKS

NAMESPACE = "house_price"

_CROSS = ("kfold", "repeated_kfold", "random_splits")
_EVALUATIONS = ("holdout", *_CROSS)
_MODELS = (*NETWORKS, AVERAGE, *BASELINES)
_GLOBAL = {f"params:{name}" for name in ("house", "compute", "checkpoints")}
_PREPARED = ("features", "params:preparation")
_HOLDOUT = (*_PREPARED, "params:holdout")
_TRAINING = ("params:regressor", "params:training", "params:compute", "params:checkpoints")


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
            _node(judge.draw_data_figures, drawn, "data_figures"),
        ],
        namespace=NAMESPACE,
        parameters={"params:house": "params:house"},
    )


def _model(name: str, fitting: list[Node]) -> Pipeline:
    """Fit a model for each evaluation and judge it: one template for all models.

    A model's own are its regressor, or baseline, and its training; all else is the same for all.
    """
    parts = Pipeline([*fitting, *_judgement()])
    shared = {"features": "features"}
    shared |= {
        f"{network}_{protocol}": f"{network}.{protocol}_predictions"
        for network in NETWORKS
        for protocol in _EVALUATIONS
    }
    settings = {"preparation": "preparation", "report": "report"}
    settings |= {protocol: f"evaluations.{protocol}" for protocol in _EVALUATIONS}
    parameters = {f"params:{key}": f"params:{NAMESPACE}.{path}" for key, path in settings.items()}
    parameters |= {key: key for key in _GLOBAL}
    free = parts.inputs()
    return Pipeline(
        parts,
        namespace=f"{NAMESPACE}.{name}",
        inputs={key: f"{NAMESPACE}.{path}" for key, path in shared.items() if key in free},
        parameters={key: path for key, path in parameters.items() if key in free},
    )


def _network() -> list[Node]:
    weights = ("validation_weights", "weights")
    judged = [
        f"{protocol}_{kind}"
        for protocol in ("holdout", "kfold")
        for kind in ("predictions", "calibration")
    ]
    return [
        _node(nodes.train_holdout, [*_HOLDOUT, *_TRAINING], [*weights, "history"]),
        _node(
            nodes.predict_holdout, [*weights, *_HOLDOUT, "params:regressor"], "holdout_predictions"
        ),
        _node(
            nodes.explain_holdout,
            ["weights", *_HOLDOUT, "params:regressor", "params:report"],
            "importance",
        ),
        *(
            _node(
                nodes.cross_predict,
                [*_PREPARED, *_TRAINING],
                [f"{protocol}_predictions", f"{protocol}_curves"],
                name=f"predict_{protocol}",
                protocol=f"params:{protocol}",
            )
            for protocol in _CROSS
        ),
        _node(
            judge.draw_network_figures,
            ["history", "importance", *judged, "params:regressor", "params:house"],
            "figures",
        ),
    ]


def _average() -> list[Node]:
    return [
        _node(
            judge.average_networks,
            [],
            f"{protocol}_predictions",
            name=f"predict_{protocol}",
            **{network: f"{network}_{protocol}" for network in NETWORKS},
        )
        for protocol in _EVALUATIONS
    ]


def _baseline() -> list[Node]:
    return [
        _node(nodes.fit_baseline, [*_HOLDOUT, "params:baseline"], "estimator"),
        *(
            _node(
                nodes.cross_predict_baseline,
                [*_PREPARED, "params:baseline", "params:compute"],
                f"{protocol}_predictions",
                name=f"predict_{protocol}",
                protocol=f"params:{protocol}",
            )
            for protocol in _EVALUATIONS
        ),
    ]


def _judgement() -> list[Node]:
    functions: dict[str, tuple[Callable[..., Any], list[str], list[str]]] = {
        "holdout": (judge.evaluate_holdout, ["params:report"], ["calibration", "by_seed"]),
        "kfold": (judge.evaluate_kfold, ["params:report"], ["calibration"]),
        "repeated_kfold": (judge.evaluate_repeated_kfold, ["params:repeated_kfold"], []),
        "random_splits": (judge.evaluate_random_splits, [], []),
    }
    return [
        *(
            _node(
                function,
                ["params:preparation", *settings],
                [f"{protocol}_{kind}" for kind in ("metrics", "scores", *more)],
                predictions=f"{protocol}_predictions",
            )
            for protocol, (function, settings, more) in functions.items()
        ),
        _node(
            judge.gather_scores,
            [],
            "scores",
            **{protocol: f"{protocol}_scores" for protocol in _EVALUATIONS},
        ),
    ]


def _report() -> Pipeline:
    scores = {model: f"{NAMESPACE}.{model}.scores" for model in _MODELS}
    curves = {
        f"{network}_{kind}": f"{NAMESPACE}.{network}.{dataset}"
        for network in ("plain", "dropout", "batchnorm")
        for kind, dataset in (("curves", "kfold_curves"), ("history", "history"))
    }
    settings = ["params:house", "params:preparation", "params:evaluations"]
    results = ["metrics", "comparison", "verdict", "tags"]
    return Pipeline(
        [
            _node(judge.compare, [*scores, *settings], results),
            _node(judge.draw_comparison_figures, [*scores, *curves, *settings], "figures"),
        ],
        namespace=NAMESPACE,
        inputs=scores | curves,
        parameters={"params:house": "params:house"},
    )


def _node(
    function: Callable[..., Any],
    inputs: Iterable[str],
    outputs: str | list[str],
    *,
    name: str | None = None,
    **renamed: str,
) -> Node:
    """A node called like its function; arguments are called like their inputs or in `renamed`."""
    arguments = {dataset.removeprefix("params:"): dataset for dataset in inputs} | renamed
    return Node(function, arguments, outputs, name=name or function.__name__)
