"""The `mnist_vae` pipeline: digits -> autoencoders -> new digits, and how good they are."""

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines.generative_wiring import SHARED, judging_nodes, reading_nodes
from dl_pipelines.pipelines.mnist_vae import nodes
from dl_pipelines.pipelines.mnist_vae import report_nodes as tell
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "mnist_vae"

_TRAINING = ("params:holdout", "params:autoencoder", "params:training")
_REPORT = ("params:report", "params:compute")


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline mnist_vae` runs."""
    return Pipeline(
        [
            *reading_nodes(),
            adapter(
                nodes.train_autoencoder,
                ["images", *_TRAINING, *_REPORT, "params:checkpoints"],
                ["weights", "history", "timing"],
            ),
            adapter(
                nodes.explain_test,
                ["images", "weights", *_TRAINING, *_REPORT],
                ["likelihoods", "encoded"],
            ),
            adapter(
                nodes.evaluate_test,
                ["images", "likelihoods", "encoded", "timing"],
                ["test_metrics", "by_seed"],
            ),
            adapter(
                nodes.sample_prior,
                ["images", "weights", *_TRAINING, "params:judging", "params:compute"],
                "samples",
            ),
            adapter(
                nodes.explore_latents,
                ["images", "encoded", "weights", *_TRAINING, *_REPORT],
                "explored",
            ),
            *judging_nodes(),
            *_report(),
        ],
        namespace=NAMESPACE,
        parameters=SHARED,
    )


def _report() -> list[Node]:
    return [
        adapter(
            tell.report_results,
            [
                *("data_report", "tags", "samples"),
                *("test_metrics", "by_seed", "sample_metrics", "sample_by_seed"),
            ],
            ["metrics", "comparison", "verdict"],
        ),
        adapter(
            tell.draw_results,
            [
                *("images", "weights", "history", "encoded", "explored"),
                *("samples", "readings", "per_class", "params:mnist"),
            ],
            "figures",
        ),
    ]
