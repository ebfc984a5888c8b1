"""The `curve_fit` pipeline: points of a parabola -> four fits, least squares and a verdict."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines.curve_fit import nodes
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "curve_fit"
WAYS = {
    "numpy": nodes.fit_numpy,
    "autograd": nodes.fit_autograd,
    "torch": nodes.fit_torch,
    "tensorflow": nodes.fit_tensorflow,
}
_MADE = ["history", "fit"]


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline curve_fit` runs."""
    return sum((_way(way) for way in WAYS), _points() + _polynomial() + _report())


def _points() -> Pipeline:
    return Pipeline(
        [adapter(nodes.draw_points, ["params:curve"], "points")],
        namespace=NAMESPACE,
    )


def _way(way: str) -> Pipeline:
    return Pipeline(
        [adapter(WAYS[way], ["points", "params:descent"], _MADE)],
        namespace=f"{NAMESPACE}.{way}",
        inputs={"points": f"{NAMESPACE}.points"},
        parameters={"params:descent": f"params:{NAMESPACE}.descent"},
    )


def _polynomial() -> Pipeline:
    polynomial = "params:polynomial"
    return Pipeline(
        [
            adapter(nodes.learn_polynomial, [polynomial], _MADE),
            adapter(nodes.draw_polynomial, ["fit", "history", polynomial], "figures"),
        ],
        namespace=f"{NAMESPACE}.polynomial",
        parameters={polynomial: f"params:{NAMESPACE}.polynomial"},
    )


def _report() -> Pipeline:
    points = ["points", "params:curve"]
    return Pipeline(
        [
            adapter(
                nodes.compare_fits,
                [*points, "polynomial"],
                ["metrics", "comparison", "verdict"],
                **{way: f"{way}_fit" for way in WAYS},
            ),
            adapter(
                nodes.draw_figures,
                [*points, "metrics"],
                "figures",
                **{way: f"{way}_history" for way in WAYS},
            ),
        ],
        namespace=NAMESPACE,
        inputs={"polynomial": f"{NAMESPACE}.polynomial.fit"}
        | {f"{way}_{made}": f"{NAMESPACE}.{way}.{made}" for way in WAYS for made in _MADE},
    )
