"""Fitted scikit-learn estimators as skops files: no pickle, and only known types are loaded."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from kedro.io import AbstractDataset

from dl_pipelines.errors import DataError
from dl_pipelines.files import atomic_write

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

TRUSTED = (
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.model_selection._split.KFold",  # the cross-fitting of a TargetEncoder
)
"""Types that a file may hold beside those that skops trusts itself (scikit-learn's estimators,
arrays, plain Python values).

skops does not trust `TreePredictor` by default, for the node indices of a forged tree can crash
the process; boosted trees need it, and the files are the pipeline's own.
"""


@dataclass(frozen=True)
class Fitted:
    """A fitted estimator and what it eats.

    Attributes:
        estimator: The fitted estimator or pipeline.
        example: A few rows of its input: float64 (NaN where missing) and str columns.
    """

    estimator: "BaseEstimator"
    example: pd.DataFrame


class SkopsDataset(AbstractDataset[Fitted, Fitted]):
    """A skops file of a fitted estimator and its example, written atomically."""

    def __init__(self, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        """Name the file.

        Args:
            filepath: Path of the file.
            metadata: Free notes for hooks.
        """
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> Fitted:
        """Read the estimator; the example's rows are numbered from 0.

        Raises:
            DataError: If the file is missing, damaged, or holds a type that is not trusted.
        """
        # heavy: imported when used
        import skops.io  # noqa: PLC0415
        from skops.io.exceptions import UntrustedTypesFoundException  # noqa: PLC0415

        try:
            content = skops.io.load(self._filepath, trusted=list(TRUSTED))  # noqa: TID251
            return Fitted(content["estimator"], pd.DataFrame(content["example"]))
        except FileNotFoundError as error:
            raise DataError(
                f"{self._filepath} does not exist: run the node that fits it first."
            ) from error
        except UntrustedTypesFoundException as error:
            finding = str(error).splitlines()[0].removesuffix(".")
            raise DataError(
                f"{self._filepath} was not loaded ({finding}): delete it and run the node that "
                "fits it again."
            ) from error
        except Exception as error:  # skops raises whatever the damage leads to
            raise DataError(
                f"{self._filepath} is damaged or holds no estimator of these versions: delete it "
                "and run the node that fits it again."
            ) from error

    def save(self, data: Fitted) -> None:
        """Replace the file.

        Raises:
            DataError: If the file cannot be written; it is then as it was before.
        """
        import skops.io  # noqa: PLC0415  heavy: imported when used

        # skops knows no frames.
        content = {"estimator": data.estimator, "example": data.example.to_dict("list")}
        dumped = skops.io.dumps(content, compression=zipfile.ZIP_DEFLATED)
        atomic_write(self._filepath, lambda file: file.write(dumped))

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath}
