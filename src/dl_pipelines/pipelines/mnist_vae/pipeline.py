"""The `mnist_vae` pipeline: digits -> autoencoders -> new digits, and how good they are."""

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines import generative_nodes as shared
from dl_pipelines.pipelines import image_nodes, image_report_nodes
from dl_pipelines.pipelines.mnist_vae import nodes
from dl_pipelines.pipelines.mnist_vae import report_nodes as judge
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "mnist_vae"

_TRAINING = ("params:holdout", "params:autoencoder", "params:training", "params:report")
_COMPUTE = "params:compute"


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline mnist_vae` runs."""
    known = ["images", "weights", *_TRAINING, _COMPUTE]
    return Pipeline(
        [
            adapter(
                image_nodes.ingest_images,
                ["images_source", "params:mnist"],
                ["images", "data_report"],
            ),
            adapter(image_report_nodes.draw_images, ["images", "params:mnist"], "image_figures"),
            adapter(
                nodes.train_autoencoder,
                ["images", *_TRAINING, _COMPUTE, "params:checkpoints"],
                ["weights", "history", "timing"],
            ),
            adapter(nodes.explain_test, known, ["likelihoods", "encoded"]),
            adapter(
                nodes.evaluate_test,
                ["images", "likelihoods", "encoded", "timing"],
                ["test_metrics", "by_seed"],
            ),
            adapter(nodes.sample_prior, known, "samples"),
            adapter(
                nodes.explore_latents,
                ["images", "encoded", "weights", "params:report", _COMPUTE],
                "explored",
            ),
            *_report(),
        ],
        namespace=NAMESPACE,
        parameters={
            "params:mnist": "params:mnist",
            "params:checkpoints": "params:checkpoints",
        },
    )


def _report() -> list[Node]:
    return [
        adapter(shared.describe_run, ["params:mnist", "data_report", "weights"], "tags"),
        adapter(
            judge.report_results,
            ["data_report", "tags", "test_metrics", "by_seed"],
            ["metrics", "comparison", "verdict"],
        ),
        adapter(
            judge.draw_results,
            [
                *("images", "weights", "history"),
                *("encoded", "samples", "explored"),
                "params:mnist",
            ],
            "figures",
        ),
    ]
