"""Pictures of a user and what was read of them: fixtures for `conftest`."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def thumbnails() -> np.ndarray:
    """Small copies of twelve pictures, each of one colour."""
    shades = np.arange(36, dtype=np.uint8).reshape(12, 1, 1, 3)
    return np.broadcast_to(200 + shades, (12, 16, 16, 3)).copy()


@pytest.fixture
def answers() -> pd.DataFrame:
    """Twelve answers, the second picture without one; names that are hard to draw."""
    confidence = np.linspace(0.99, 0.66, 12)
    confidence[1] = np.nan
    files = [f"{n}.png" for n in range(12)]
    files[2], files[3], files[4] = "$a_$ $b.png", "\u4e03.png", "folder/" + "seven" * 9 + ".png"
    digits = pd.Series(np.arange(12) % 10, dtype="Int64").mask(np.isnan(confidence))
    problem = np.where(np.isnan(confidence), "the picture is blank.", "")
    return pd.DataFrame(
        {"file": files, "predicted": digits, "confidence": confidence, "problem": problem}
    )
