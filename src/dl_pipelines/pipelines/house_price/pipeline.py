"""The `house_price` pipeline: a table of houses -> features -> models, each evaluated alike."""

from collections.abc import Callable
from typing import Any

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines.house_price import evaluation_nodes as judge
from dl_pipelines.pipelines.house_price import nodes
from dl_pipelines.pipelines.house_price.comparison import AVERAGE, BASELINES, CLAIMED, NETWORKS
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "house_price"

_EVALUATIONS = ("holdout", "kfold", "repeated_kfold", "random_splits")
_MODELS = (*NETWORKS, AVERAGE, *BASELINES)
_GLOBAL = {f"params:{name}" for name in ("house", "compute", "checkpoints")}
_PREPARED = ("features", "params:preparation")
_HOLDOUT = (*_PREPARED, "params:holdout")
_TRAINED = ("params:regressor", "params:training")
_TRAINING = (*_TRAINED, "params:compute", "params:checkpoints")


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
    drawn = ["houses_raw", "houses", "features", "params:house"]
    return Pipeline(
        [
            adapter(nodes.ingest_houses, ["houses_source", "params:house"], "houses_raw"),
            adapter(nodes.clean_houses, ["houses_raw", "params:house"], ["houses", "data_quality"]),
            adapter(nodes.build_features, ["houses", "params:house"], "features"),
            adapter(judge.draw_data_figures, drawn, "data_figures"),
            adapter(nodes.fit_encoder, _HOLDOUT, "encoder"),
        ],
        namespace=NAMESPACE,
        parameters={
            "params:house": "params:house",
            "params:holdout": f"params:{NAMESPACE}.evaluations.holdout",
        },
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
        adapter(nodes.train_holdout, [*_HOLDOUT, *_TRAINING], [*weights, "history"]),
        adapter(nodes.predict_holdout, [*weights, *_HOLDOUT, *_TRAINED], "holdout_predictions"),
        adapter(
            nodes.explain_holdout,
            ["weights", *_HOLDOUT, *_TRAINED, "params:report"],
            "importance",
        ),
        adapter(
            nodes.cross_predict_kfold,
            [*_PREPARED, "params:kfold", *_TRAINING],
            ["kfold_predictions", "kfold_curves"],
            name="predict_kfold",
        ),
        *(
            adapter(
                nodes.cross_predict,
                [*_PREPARED, *_TRAINING],
                f"{protocol}_predictions",
                name=f"predict_{protocol}",
                protocol=f"params:{protocol}",
            )
            for protocol in ("repeated_kfold", "random_splits")
        ),
        adapter(
            judge.draw_network_figures,
            ["history", "importance", *judged, "params:regressor", "params:house"],
            "figures",
        ),
    ]


def _average() -> list[Node]:
    return [
        adapter(
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
        adapter(nodes.fit_baseline, [*_HOLDOUT, "params:baseline"], "estimator"),
        *(
            adapter(
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
            adapter(
                function,
                ["params:preparation", *settings],
                [f"{protocol}_{kind}" for kind in ("metrics", "scores", *more)],
                predictions=f"{protocol}_predictions",
            )
            for protocol, (function, settings, more) in functions.items()
        ),
        adapter(
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
        for network in ("plain", *CLAIMED)
        for kind, dataset in (("curves", "kfold_curves"), ("history", "history"))
    }
    shared = ["params:house", "params:preparation", "params:evaluations", "claims"]
    settings = {
        f"{network}_{part}": f"params:{network}.{part}"
        for network in ("plain", *CLAIMED)
        for part in ("regressor", "training")
    }
    results = ["metrics", "comparison", "verdict", "tags"]
    drawn = [*scores, *curves, *shared]
    return Pipeline(
        [
            adapter(judge.find_claims, [], "claims", **settings),
            adapter(judge.compare, [*scores, *shared], results),
            adapter(judge.draw_comparison_figures, drawn, "figures"),
        ],
        namespace=NAMESPACE,
        inputs=scores | curves,
        parameters={"params:house": "params:house"},
    )
