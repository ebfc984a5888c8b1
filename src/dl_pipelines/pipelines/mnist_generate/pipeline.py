"""The `mnist_generate` pipeline: a trained network -> pictures that nobody has drawn, as files."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines.mnist_generate import nodes
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "mnist_generate"


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline mnist_generate` runs."""
    mnist, generation, compute = "params:mnist", "params:generation", "params:compute"
    return Pipeline(
        [
            # Both by one node: another network may be the last one trained a moment later.
            adapter(
                nodes.make_pictures, ["weights", mnist, generation, compute], ["samples", "tags"]
            ),
            adapter(nodes.name_pictures, ["samples", generation], "pictures"),
            adapter(nodes.report_pictures, ["samples", "tags"], ["metrics", "verdict"]),
            adapter(nodes.draw_sheet, ["samples", "tags"], "figures"),
        ],
        namespace=NAMESPACE,
        parameters={
            mnist: mnist,
            generation: f"params:{NAMESPACE}",
            compute: compute,
        },
    )
