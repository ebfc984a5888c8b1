"""The `house_price_search` pipeline: a table of houses -> trials -> the best setting."""

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines.house_price_search import nodes
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "house_price_search"

_TUNED = f"house_price.{nodes.TUNED}"
_SHARED = {
    "house": "house",
    "preparation": "house_price.preparation",
    "holdout": "house_price.evaluations.holdout",
    "inner": f"{NAMESPACE}.inner",
    "regressor": f"{_TUNED}.regressor",
    "training": f"{_TUNED}.training",
    "compute": "compute",
}
_OBJECTIVE = (
    "features",
    *(f"params:{name}" for name in ("preparation", "holdout", "inner")),
    *(f"params:{name}" for name in ("regressor", "training", "compute")),
)


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline house_price_search` runs."""
    return Pipeline([_data(), _method("grid"), _method("tpe"), _report()])


def _data() -> Pipeline:
    return _named(
        NAMESPACE,
        [
            adapter(nodes.prepare_houses, ["houses_source", "params:house"], "features"),
            adapter(nodes.score_shipped, _OBJECTIVE, "shipped"),
        ],
    )


def _method(method: str) -> Pipeline:
    """A search, in a namespace of its own: its trials become runs below one of that name."""
    objective = [*_OBJECTIVE, "shipped"]
    return _named(
        f"{NAMESPACE}.{method}",
        [adapter(nodes.search_settings, [*objective, "params:search"], "trials")],
        inputs={name: f"{NAMESPACE}.{name}" for name in ("features", "shipped")},
        search=f"{NAMESPACE}.{method}",
    )


def _report() -> Pipeline:
    trials = ["grid", "tpe", "shipped"]
    settings = ["params:house", "params:preparation"]
    return _named(
        NAMESPACE,
        [
            adapter(
                nodes.choose_best,
                [*trials, *settings, "params:regressor", "params:training"],
                ["best", "best_globals", "comparison", "metrics", "verdict"],
            ),
            adapter(nodes.draw_search_figures, [*trials, *settings], "figures"),
        ],
        inputs={method: f"{NAMESPACE}.{method}.trials" for method in ("grid", "tpe")},
    )


def _named(
    namespace: str, parts: list[Node], inputs: dict[str, str] | None = None, **parameters: str
) -> Pipeline:
    """Nodes under a namespace; parameters are those that `_SHARED` or `parameters` name."""
    sources = _SHARED | parameters
    free = {name.removeprefix("params:") for name in Pipeline(parts).inputs()}
    return Pipeline(
        parts,
        namespace=namespace,
        inputs=inputs,
        parameters={f"params:{name}": f"params:{sources[name]}" for name in free & set(sources)},
    )
