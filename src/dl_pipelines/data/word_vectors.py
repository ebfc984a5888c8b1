"""Word vectors from elsewhere, at the places of a vocabulary's words."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.data.vocabulary import Vocabulary


def placed_vectors(
    vocabulary: Vocabulary, words: Sequence[str], values: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Vectors in the order of a vocabulary's numbers.

    Args:
        vocabulary: Numbers the words.
        words: Words that have a vector, [n].
        values: The vectors, [n, E].

    Returns:
        A row a number, [words, E]; NaN where there is none. Where words differ in capitals only and
        have one number, the one in small letters counts, else the first.
    """
    rows = pd.DataFrame(values, index=[vocabulary.key(word) for word in words])
    exact = np.array([word == vocabulary.key(word) for word in words])
    ranked = pd.concat([rows[exact], rows[~exact]])
    known = ranked[~ranked.index.duplicated()].reindex(["", *vocabulary.words])
    return known.to_numpy(np.float32, copy=True)
