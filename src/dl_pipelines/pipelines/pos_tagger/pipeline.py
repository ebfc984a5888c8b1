"""The `pos_tagger` pipeline: tagged sentences -> taggers and baselines, each judged alike."""

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines.pos_tagger import evaluation_nodes as judge
from dl_pipelines.pipelines.pos_tagger import nodes
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "pos_tagger"
NETWORKS = ("word_lstm", "char_bilstm")
BASELINES = ("most_frequent", "affix_logistic")
MODELS = (*NETWORKS, *BASELINES)

_LEARNING = ("params:tagger", "params:training", "params:compute")
_SHARED = ("tokens", "vectors", "data_report")
_SETTINGS = ("holdout", "kfold", "report")


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline pos_tagger` runs."""
    return Pipeline(
        [
            _data(),
            *(_model(name, _network()) for name in NETWORKS),
            *(_model(name, _baseline()) for name in BASELINES),
            _report(),
        ]
    )


def _data() -> Pipeline:
    return Pipeline(
        [adapter(nodes.ingest_treebank, ["treebank_source"], ["tokens", "data_report"])],
        namespace=NAMESPACE,
    )


def _model(name: str, tagging: list[Node]) -> Pipeline:
    """Tag and judge: one template for all networks and baselines."""
    parts = Pipeline([*tagging, *_judgement()])
    free = parts.inputs()
    parameters = {f"params:{key}": f"params:{NAMESPACE}.{key}" for key in _SETTINGS}
    parameters |= {"params:checkpoints": "params:checkpoints"}
    return Pipeline(
        parts,
        namespace=f"{NAMESPACE}.{name}",
        inputs={key: f"{NAMESPACE}.{key}" for key in _SHARED if key in free},
        parameters={key: path for key, path in parameters.items() if key in free},
    )


def _network() -> list[Node]:
    return [
        adapter(
            nodes.train_holdout,
            [*_SHARED, "params:holdout", *_LEARNING, "params:checkpoints"],
            ["weights", "history", "timing"],
        ),
        adapter(
            nodes.tag_holdout,
            ["tokens", "weights", "params:holdout", *_LEARNING],
            ["predictions", "votes"],
        ),
        adapter(
            nodes.tag_kfold,
            ["tokens", "vectors", "params:kfold", *_LEARNING, "params:checkpoints"],
            "kfold_predictions",
        ),
        adapter(judge.draw_training, ["history", "params:tagger"], "figures"),
    ]


def _baseline() -> list[Node]:
    return [
        adapter(nodes.tag_by_baseline, ["tokens", "params:holdout", "params:baseline"], "votes"),
        adapter(
            nodes.tag_folds_by_baseline,
            ["tokens", "params:kfold", "params:baseline"],
            "kfold_predictions",
        ),
    ]


def _judgement() -> list[Node]:
    return [
        adapter(
            judge.evaluate_holdout,
            ["votes", "tokens", "params:holdout"],
            ["holdout_metrics", "per_tag", "confusion", "confused_pairs", "by_frequency"],
        ),
        adapter(judge.evaluate_kfold, ["kfold_predictions"], "kfold_metrics"),
    ]


def _report() -> Pipeline:
    judged = _of(MODELS, "votes", "holdout_metrics", "kfold_metrics")
    judged |= _of(NETWORKS, "predictions", "timing")
    drawn = _of(MODELS, "per_tag", "confusion", "by_frequency") | _of(NETWORKS, "votes")
    weights = _of(NETWORKS, "weights")
    networks = {name: f"params:{name}.tagger" for name in NETWORKS}
    results = ["metrics", "comparison", "verdict", "tags"]
    return Pipeline(
        [
            adapter(judge.choose_tagger, ["params:report", *weights], "weights"),
            adapter(
                judge.report_results,
                ["data_report", "params:report", *judged],
                results,
                **networks,
            ),
            adapter(judge.draw_results, ["params:report", *drawn], ["figures", "page"], **networks),
        ],
        namespace=NAMESPACE,
        inputs=judged | drawn | weights,
    )


def _of(models: tuple[str, ...], *kinds: str) -> dict[str, str]:
    """Datasets of models: what they are called where they come together → their names."""
    return {f"{model}_{kind}": f"{NAMESPACE}.{model}.{kind}" for kind in kinds for model in models}
