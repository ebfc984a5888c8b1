"""The `mnist_predict` pipeline: a folder of pictures and trained networks -> what they read."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines.mnist_predict import nodes
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "mnist_predict"


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline mnist_predict` runs."""
    reading = "params:reading"
    return Pipeline(
        [
            adapter(nodes.describe_networks, ["weights"], "tags"),
            adapter(nodes.prepare_pictures, ["pictures_source", reading], "pictures"),
            adapter(
                nodes.predict_pictures, ["pictures", "weights", "params:compute"], "predictions"
            ),
            adapter(
                nodes.report_predictions,
                ["predictions", "tags", reading],
                ["listing", "metrics", "verdict"],
            ),
            adapter(nodes.draw_pictures, ["pictures", "predictions", reading], "figures"),
        ],
        namespace=NAMESPACE,
        parameters={reading: f"params:{NAMESPACE}", "params:compute": "params:compute"},
    )
