"""What makes MLflow's form of a tagger: code, weights, and what they need."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dl_pipelines.tracking.code_form import model_from_code

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
    tags = dict(header["vocabulary"]["labels"])["tag"]
    told = {name: value for name, value in header.items() if name not in _LONG}
    return model_from_code(
        "served_tagger",
        file,
        example=["They ate the fish"],
        metadata={
            **told,
            "input": "text [N]: sentences, their words separated by spaces",
            "output": f"text [N]: their tags, separated by spaces; of {', '.join(tags)}",
        },
        packages=("conllu", "joblib"),
    )
