"""The `generator_comparison` pipeline: tracked runs of generators -> which is best at what."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines.generator_comparison import nodes
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "generator_comparison"


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline generator_comparison` runs."""
    mnist = "params:mnist"
    return Pipeline(
        [
            adapter(nodes.read_runs, ["runs_source", mnist], "runs"),
            adapter(
                nodes.compare_runs, ["runs", mnist], ["metrics", "comparison", "verdict", "tags"]
            ),
            adapter(nodes.draw_comparison, ["runs", "verdict", mnist], ["figures", "page"]),
        ],
        namespace=NAMESPACE,
        parameters={mnist: mnist},
    )
