"""From files of pictures to arrays.

Shapes: N pictures.
"""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.data.pictures import SIDE, normalise_digit, thumbnail
from dl_pipelines.errors import DataError, printable
from dl_pipelines.io.pictures import Read

logger = logging.getLogger(__name__)

_SHOWN_SIDE = 96  # pixels of a copy for the contact sheet


def prepare(sources: Mapping[str, Read], *, shown: int) -> dict[str, NDArray[Any]]:
    """Read pictures one after another, and go on where one has a problem.

    Args:
        sources: Name of each file → a function that reads it; see `io.pictures`.
        shown: Pictures that a small copy is kept of, the first ones.

    Returns:
        `files` and `problems` [N], texts, a problem being empty where there is none; `thumbnails`
        uint8 [min(N, shown), 96, 96, 3], white where there was no reading; `digits` uint8
        [N, 28, 28], zeros where there is a problem.
    """
    count = len(sources)
    small = (min(count, shown), _SHOWN_SIDE, _SHOWN_SIDE, 3)
    thumbnails = np.full(small, 255, dtype=np.uint8)
    digits = np.zeros((count, SIDE, SIDE), dtype=np.uint8)
    problems = [""] * count
    for row, (file, read) in enumerate(sources.items()):
        try:
            picture = read()
            if row < shown:
                thumbnails[row] = thumbnail(picture, _SHOWN_SIDE)
            digits[row] = normalise_digit(picture)
        except DataError as error:
            problems[row] = str(error)
            logger.warning("Skipped %s: %s", printable(str(file)), error)
    return {
        "files": np.array([*sources], dtype=np.str_),
        "problems": np.array(problems, dtype=np.str_),
        "thumbnails": thumbnails,
        "digits": digits,
    }
