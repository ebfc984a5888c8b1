"""Nodes of `mnist_generate`: thin adapters between the catalog and the layers below."""

from typing import Any

from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.classification import CLASS_NAMES
from dl_pipelines.evaluation.made_pictures import made_metrics, made_verdict
from dl_pipelines.io.picture_folder import Pictures
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Compute
from dl_pipelines.params.classification import Mnist
from dl_pipelines.pipelines.mnist_generate import adapters
from dl_pipelines.pipelines.mnist_generate.params import Generation

SHOWN = 200  # pictures of the sheet
COLUMNS = 20  # of the sheet: ten classes in turn stand below each other

Arrays = dict[str, NDArray[Any]]


def make_pictures(
    weights: Weights, mnist: Mnist, generation: Generation, compute: Compute
) -> tuple[Arrays, dict[str, str]]:
    """Make pictures that nobody has drawn, and say by which network and of which class."""
    header, names = weights.header, CLASS_NAMES[mnist.dataset]
    return adapters.make(weights, generation, compute), {
        "model": header["trained_by"],
        "recipe": header["name"].rpartition(".")[2],  # without the pipeline
        "profile": header["profile"],
        "dataset": mnist.dataset,
        "asked": "" if generation.digit is None else names[generation.digit],
    }


def name_pictures(samples: Arrays, generation: Generation) -> Pictures:
    """Give each picture a file."""
    return adapters.files(samples, ink=generation.ink)


def report_pictures(samples: Arrays, tags: dict[str, str]) -> tuple[dict[str, float], str]:
    """Say in numbers and in words what was made."""
    metrics = made_metrics(samples["images"])
    verdict = made_verdict(
        metrics,
        model=tags["model"],
        recipe=tags["recipe"],
        asked=tags["asked"],
        in_turn="asked" in samples and not tags["asked"],
        quick=tags["profile"] == "quick",
    )
    return metrics, verdict


def draw_sheet(samples: Arrays, tags: dict[str, str]) -> dict[str, Figure]:
    """Draw the first pictures side by side."""
    name, shown = f"{tags['model']}.{tags['recipe']}", samples["images"][:SHOWN]
    sheet = figures.sample_sheet(shown, name, asked=tags["asked"], columns=COLUMNS)
    return {"samples.png": sheet}
