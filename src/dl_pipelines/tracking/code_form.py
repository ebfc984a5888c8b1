"""MLflow's form of a model that is our own code and a file of weights ("models from code")."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

WEIGHTS = "weights"  # name of the file among the model's artifacts

_HERE = Path(__file__)
_NEEDED = ("kedro", "numpy", "pandas", "pydantic", "rich", "safetensors")


def model_from_code(
    code: str, file: Path, *, example: Any, metadata: dict[str, Any], packages: Sequence[str]
) -> dict[str, Any]:
    """A model without a pickle: a module of this package, the package itself, and weights.

    Args:
        code: Name of the module beside this one.
        file: A file of `SafetensorsDataset`.
        example: An input.
        metadata: What a reader is to know of the model, JSON-serialisable.
        packages: What the module needs beyond torch and what every file of weights needs.

    Returns:
        The arguments of `mlflow.pyfunc.save_model`, and `flavor`.
    """
    # heavy: imported when used
    import mlflow.pyfunc  # noqa: PLC0415
    import torch  # noqa: PLC0415

    pinned = [f"{package}=={version(package)}" for package in sorted({*_NEEDED, *packages})]
    return {
        "flavor": mlflow.pyfunc,
        "python_model": str(_HERE.with_name(f"{code}.py")),
        "artifacts": {WEIGHTS: str(file)},
        "code_paths": [str(_HERE.parents[1])],
        "input_example": example,
        "metadata": metadata,
        "pip_requirements": [f"torch=={torch.__version__.partition('+')[0]}", *pinned],
    }
