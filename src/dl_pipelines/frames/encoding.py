"""Features with gaps and words to a matrix of numbers, fitted on the training rows of a split.

N rows, F encoded columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dl_pipelines.errors import DataError, SettingError

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

_TARGET_FOLDS = 5


@dataclass(frozen=True)
class Encoded:
    """An encoded table.

    Attributes:
        x: Float64 [N, F], without gaps; training rows as they are learnt from.
        names: Names of the F columns.
        numeric: How many of the columns are numbers; they come first, the others are 0 or 1.
        encoder: What was fitted; its `transform` encodes further rows.
    """

    x: npt.NDArray[np.float64]
    names: list[str]
    numeric: int
    encoder: "Pipeline"


def build_encoder(
    features: pd.DataFrame, *, min_frequency: float = 1, target_encode: Sequence[str] = ()
) -> "Pipeline":
    """Say how columns become numbers, unfitted.

    Numbers: a gap becomes the median, and a 0/1 column tells where it was. Words: one 0/1 column a
    word, rare words share one, which also takes words never met in training (zeros if there is no
    such column). Columns that are constant in the training rows vanish.

    Args:
        features: Numbers (float64, NaN = missing) and words (str), without the price.
        min_frequency: Words in fewer training rows are rare; a share of them if below 1.
        target_encode: Columns of words that get a number instead, the shrunken mean of the target
            over their rows (Micci-Barreca 2001).

    Returns:
        A scikit-learn pipeline of a `ColumnTransformer` and a `VarianceThreshold`.

    Raises:
        SettingError: If `target_encode` names a column that holds no words.
    """
    # heavy: imported when used
    from sklearn.compose import ColumnTransformer  # noqa: PLC0415
    from sklearn.feature_selection import VarianceThreshold  # noqa: PLC0415
    from sklearn.impute import MissingIndicator, SimpleImputer  # noqa: PLC0415
    from sklearn.model_selection import KFold  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import OneHotEncoder, TargetEncoder  # noqa: PLC0415

    numbers = features.select_dtypes("number").columns.tolist()
    words = [name for name in features.columns if name not in numbers]
    _check_words(target_encode, words)
    rest = [name for name in words if name not in target_encode]
    # A column without any value in the training rows is kept as zeros and vanishes as constant.
    imputer = SimpleImputer(strategy="median", keep_empty_features=True)
    # Training rows get means of other rows' targets, else the net would learn its own target.
    folds = KFold(_TARGET_FOLDS, shuffle=True, random_state=0)
    columns = ColumnTransformer(
        [
            ("number", imputer, numbers),
            ("mean", TargetEncoder(target_type="continuous", cv=folds), list(target_encode)),
            ("missing", MissingIndicator(error_on_new=False), numbers),
            (
                "word",
                OneHotEncoder(
                    min_frequency=min_frequency,
                    handle_unknown="infrequent_if_exist",
                    sparse_output=False,
                ),
                rest,
            ),
        ]
    )
    return make_pipeline(columns, VarianceThreshold())


def encode(
    features: pd.DataFrame,
    target: npt.NDArray[np.float64],
    train_rows: npt.NDArray[np.intp],
    *,
    min_frequency: float = 1,
    target_encode: Sequence[str] = (),
) -> Encoded:
    """Encode all rows by what the training rows of a split tell.

    Args:
        features: Numbers and words, N rows; a column `price` is left out.
        target: What is learnt, [N]; only `target_encode` looks at it, at training rows only.
        train_rows: Numbers of the training rows.
        min_frequency: See `build_encoder`.
        target_encode: See `build_encoder`.

    Returns:
        All N rows encoded.

    Raises:
        DataError: If no feature varies over the training rows, or they are too few.
        SettingError: If `target_encode` names a column that holds no words.
    """
    columns = features.drop(columns="price", errors="ignore")
    train = columns.iloc[train_rows]
    if target_encode and len(train) < _TARGET_FOLDS:
        raise DataError(
            f"{len(train)} training rows are too few for 'target_encode', which needs "
            f"{_TARGET_FOLDS}: use more rows or leave the setting empty."
        )
    encoder = build_encoder(columns, min_frequency=min_frequency, target_encode=target_encode)
    try:
        learnt_from = encoder.fit_transform(train, target[train_rows])
    except ValueError as error:
        if "variance threshold" not in str(error):
            raise
        raise DataError(
            f"no feature varies over the {len(train)} training rows; leave fewer columns out, pool "
            "fewer categories or use more rows."
        ) from error
    x = encoder.transform(columns)
    x[train_rows] = learnt_from
    names = encoder.get_feature_names_out().tolist()
    kinds = [name.partition("__")[0] for name in names]
    return Encoded(
        x=x,
        names=[_readable(name) for name in names],
        numeric=kinds.count("number") + kinds.count("mean"),
        encoder=encoder,
    )


def _readable(name: str) -> str:
    """From what scikit-learn calls a column to <column>, <column>_<word>, missing_<column>."""
    column = name.partition("__")[2]
    return column.replace("missingindicator_", "missing_").replace("_infrequent_sklearn", "_rare")


def _check_words(target_encode: Sequence[str], words: Sequence[str]) -> None:
    if wrong := [name for name in target_encode if name not in words]:
        raise SettingError(
            f"the setting 'target_encode' names {', '.join(wrong)}, which hold no words; choose "
            f"from {', '.join(words) or 'none: this table has only numbers'}."
        )
