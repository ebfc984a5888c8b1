"""The `optimizer_comparison` pipeline: two tasks -> rates -> fresh seeds -> ranks."""

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines.optimizer_comparison import nodes
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "optimizer_comparison"
TASKS = ("regression", "mnist")

_OWN = {"regression": ("parabola",), "mnist": ("digits",)}  # settings of one task's rows


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline optimizer_comparison` runs."""
    draws = {
        "regression": adapter(nodes.draw_regression, ["params:parabola"], "rows"),
        "mnist": adapter(nodes.draw_digits, ["images_source", "params:digits"], "rows"),
    }
    parts = [_task(task, draw) for task, draw in draws.items()]
    return sum(parts, start=Pipeline([])) + _report()


def _task(task: str, draw: Node) -> Pipeline:
    """The comparison on one task, in a namespace of its own."""
    where = ["params:task", "params:compute"]
    drawn = ["curves", "trials", "times", "params:task", "params:report"]
    return Pipeline(
        [
            draw,
            adapter(nodes.tune_rates, ["rows", *where], "trials"),
            adapter(nodes.train_chosen, ["rows", "trials", *where], "curves"),
            adapter(nodes.time_steps, ["rows", "params:report", *where], "times"),
            adapter(nodes.rank_task, drawn, ["ranking", "metrics"]),
            adapter(nodes.draw_figures, ["ranking", *drawn], "figures"),
        ],
        namespace=f"{NAMESPACE}.{task}",
        parameters={
            "params:compute": "params:compute",
            "params:task": f"params:{NAMESPACE}.{task}",
            "params:report": f"params:{NAMESPACE}.report",
        }
        | {f"params:{name}": f"params:{NAMESPACE}.{name}" for name in _OWN[task]},
    )


def _report() -> Pipeline:
    rankings = {f"{task}_ranking": f"{NAMESPACE}.{task}.ranking" for task in TASKS}
    settings = [f"params:{name}" for name in (*TASKS, "report")]
    return Pipeline(
        [
            adapter(
                nodes.report_results,
                ["digits", *rankings, *settings],
                ["metrics", "comparison", "verdict", "tags"],
            )
        ],
        namespace=NAMESPACE,
        inputs={"digits": f"{NAMESPACE}.mnist.rows", **rankings},
    )
