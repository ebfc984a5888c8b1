"""What makes MLflow's form of a tagger: code, weights, and what they need."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parents[1]
_NEEDED = ("conllu", "joblib", "kedro", "numpy", "pandas", "pydantic", "rich", "safetensors")
_LONG = ("vocabulary", "identity")  # of the header: for programs, not for readers


def served_tagger(file: Path, header: Mapping[str, Any]) -> dict[str, Any]:
    """The vote of taggers as a function of sentences, without a pickle.

    Args:
        file: A file of `SafetensorsDataset`.
        header: Its header, as `pipelines.tagger_weights.pack_weights` writes it.

    Returns:
        The arguments of `mlflow.pyfunc.save_model`, and `flavor`; what is served takes sentences
        whose words are separated by spaces, and gives their tags, separated by spaces.
    """
    # heavy: imported when used
    import mlflow.pyfunc  # noqa: PLC0415
    import torch  # noqa: PLC0415

    tags = dict(header["vocabulary"]["labels"])["tag"]
    told = {name: value for name, value in header.items() if name not in _LONG}
    packages = [f"{package}=={version(package)}" for package in _NEEDED]
    return {
        "flavor": mlflow.pyfunc,
        "python_model": str(Path(__file__).with_name("served_tagger.py")),
        "artifacts": {"weights": str(file)},
        "code_paths": [str(_PACKAGE)],
        "input_example": ["They ate the fish"],
        "metadata": {
            **told,
            "input": "text [N]: sentences, their words separated by spaces",
            "output": f"text [N]: their tags, separated by spaces; of {', '.join(tags)}",
        },
        "pip_requirements": [f"torch=={torch.__version__.partition('+')[0]}", *packages],
    }
