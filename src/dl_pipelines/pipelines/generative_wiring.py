"""The pipelines that make images: one template of the adversarial ones, and what all judge by."""

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines import gan_nodes as nodes
from dl_pipelines.pipelines import gan_report_nodes as tell
from dl_pipelines.pipelines import image_nodes, image_report_nodes
from dl_pipelines.pipelines import sample_nodes as judge
from dl_pipelines.pipelines.wiring import adapter

SHARED = {name: name for name in ("params:mnist", "params:generative", "params:checkpoints")}
"""Parameters that all image pipelines share."""

_COMPUTE = "params:compute"
_TRAINING = ("params:holdout", "params:adversaries", "params:training")
_TEACHING = ("params:reading", "params:judging", "params:report", _COMPUTE, "params:checkpoints")


def reading_nodes() -> list[Node]:
    """Read the images, draw the first of them, and find or train who reads samples."""
    return [
        adapter(
            image_nodes.ingest_images,
            ["images_source", "params:mnist"],
            ["images", "data_report"],
        ),
        adapter(image_report_nodes.draw_images, ["images", "params:mnist"], "image_figures"),
        adapter(
            judge.provide_reader,
            ["classifiers", "images", "params:reading", "params:checkpoints"],
            "classifier",
        ),
        adapter(
            judge.announce_run,
            ["params:mnist", "params:generative", "data_report", "classifier"],
            "announced",
        ),
    ]


def judging_nodes() -> list[Node]:
    """Read samples and judge them; describe the run."""
    return [
        adapter(
            judge.read_samples,
            ["images", "samples", "classifier", "params:judging", _COMPUTE],
            "readings",
        ),
        adapter(
            judge.evaluate_samples,
            ["images", "samples", "readings", "params:judging"],
            ["sample_metrics", "sample_by_seed", "per_class"],
        ),
        adapter(judge.describe_run, ["announced", "weights", "readings"], "tags"),
    ]


def adversarial_pipeline(namespace: str) -> Pipeline:
    """Read images, train a generator against a discriminator, sample and judge.

    Args:
        namespace: Name of the pipeline, which its datasets and settings begin with.
    """
    return Pipeline(
        [
            *reading_nodes(),
            adapter(
                nodes.train_adversaries,
                [
                    *("images", "classifier", *_TRAINING),
                    *("params:report", _COMPUTE, "params:checkpoints"),
                ],
                ["weights", "history", "timing", "progress"],
            ),
            adapter(
                nodes.make_samples,
                ["images", "weights", *_TRAINING, "params:judging", _COMPUTE],
                "samples",
            ),
            adapter(
                nodes.make_grid,
                ["images", "weights", *_TRAINING, "classifier", "params:report", _COMPUTE],
                "grid",
            ),
            adapter(
                nodes.evaluate_teaching,
                ["images", "weights", *_TRAINING, *_TEACHING],
                "taught_metrics",
            ),
            *judging_nodes(),
            *_report(),
        ],
        namespace=namespace,
        parameters=SHARED,
    )


def _report() -> list[Node]:
    return [
        adapter(
            tell.report_results,
            [
                *("data_report", "tags", "samples", "sample_metrics", "sample_by_seed"),
                *("taught_metrics", "timing"),
            ],
            ["metrics", "comparison", "verdict"],
        ),
        adapter(
            tell.draw_results,
            [
                *("weights", "history", "progress", "samples", "readings", "per_class", "grid"),
                "params:mnist",
            ],
            ["figures", "animation"],
        ),
    ]
