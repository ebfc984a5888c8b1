"""The `house_price_search` pipeline: a table of houses -> trials -> the best setting."""

from kedro.pipeline import Node, Pipeline

from dl_pipelines.pipelines.house_price_search import nodes

NAMESPACE = "house_price_search"
TUNED = "house_price.dropout"  # has all that is searched: width, depth, dropout, weight decay

_TRIAL = {
    "features": "features",
    "preparation": "params:preparation",
    "holdout": "params:holdout",
    "inner": "params:inner",
    "regressor": "params:regressor",
    "training": "params:training",
    "compute": "params:compute",
    "checkpoints": "params:checkpoints",
}


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline house_price_search` runs."""
    trials = {method: f"{method}.trials" for method in ("grid", "tpe")}
    settings = {name: f"params:{name}" for name in ("house", "preparation")}
    tuned = {name: f"params:{name}" for name in ("regressor", "training")}
    results = ["best", "comparison", "metrics", "verdict"]
    return Pipeline(
        [
            Node(
                nodes.prepare_houses,
                {"houses_source": "houses_source", "house": "params:house"},
                "features",
                name="prepare_houses",
            ),
            Node(nodes.score_shipped, _TRIAL, "shipped", name="score_shipped"),
            *(
                Node(
                    nodes.search_settings,
                    {**_TRIAL, "search": f"params:{method}"},
                    output,
                    name=f"search_{method}",
                )
                for method, output in trials.items()
            ),
            Node(
                nodes.choose_best,
                {**trials, **settings, **tuned, "shipped": "shipped"},
                results,
                name="choose_best",
            ),
            Node(
                nodes.draw_search_figures,
                {**trials, **settings},
                "figures",
                name="draw_search_figures",
            ),
        ],
        namespace=NAMESPACE,
        parameters={
            "params:preparation": "params:house_price.preparation",
            "params:holdout": "params:house_price.evaluations.holdout",
            "params:regressor": f"params:{TUNED}.regressor",
            "params:training": f"params:{TUNED}.training",
            **{f"params:{name}": f"params:{name}" for name in ("house", "compute", "checkpoints")},
        },
    )
