"""The pipeline that every classifier of images has: one template, several sets of settings."""

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines import image_nodes as nodes
from dl_pipelines.pipelines import image_report_nodes as judge
from dl_pipelines.pipelines.wiring import adapter

_TRAINING = ("params:classifier", "params:training", "params:augmentation")
_WHERE = ("params:compute", "params:checkpoints")
_PREDICTING = ("images", "weights", "params:holdout", *_TRAINING, "params:compute")


def classification_pipeline(namespace: str) -> Pipeline:
    """Read images, train, predict and judge.

    Args:
        namespace: Name of the pipeline, which its datasets and settings begin with.
    """
    return Pipeline(
        [
            adapter(
                nodes.ingest_images, ["images_source", "params:mnist"], ["images", "data_report"]
            ),
            adapter(judge.draw_images, ["images", "params:mnist"], "image_figures"),
            adapter(
                nodes.train_holdout,
                ["images", "params:holdout", *_TRAINING, *_WHERE],
                ["weights", "history", "timing"],
            ),
            adapter(nodes.predict_holdout, _PREDICTING, ["predictions", "votes"]),
            adapter(nodes.disturb_test, [*_PREDICTING, "params:report"], "robustness"),
            adapter(
                judge.evaluate_holdout,
                ["predictions", "votes", "timing", "params:report"],
                ["holdout_metrics", "by_seed", "per_class", "confusion", "reliability", "mistakes"],
            ),
            adapter(
                nodes.evaluate_kfold,
                ["images", "params:kfold", "params:holdout", *_TRAINING, *_WHERE],
                "kfold_metrics",
            ),
            *_report(),
        ],
        namespace=namespace,
        parameters={
            "params:mnist": "params:mnist",
            "params:checkpoints": "params:checkpoints",
        },
    )


def _report() -> list[Node]:
    return [
        adapter(
            judge.report_results,
            [
                *("data_report", "weights", "holdout_metrics", "kfold_metrics", "by_seed"),
                *("votes", "params:mnist"),
            ],
            ["metrics", "comparison", "verdict", "tags"],
        ),
        adapter(
            judge.draw_results,
            [
                *("images", "weights", "history"),
                *("confusion", "reliability", "mistakes", "robustness"),
                "params:mnist",
            ],
            "figures",
        ),
    ]
