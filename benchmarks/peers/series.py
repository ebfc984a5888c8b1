"""Samples as the series that forecasting libraries take.

They want a target and past covariates by the time at which they are known. Row k, k = 1 … stop, is
the close of day k: the target is the one that sample k - 1 had to forecast, the covariates are the
features of day k. To forecast row k + 1 from the rows up to k is to forecast sample k.
"""

import numpy as np
import pandas as pd

from dl_pipelines.data.task import ForecastTask

TARGET = "y"


def known_series(task: ForecastTask, stop: int) -> pd.DataFrame:
    """The series up to the last target that is to be forecast.

    Args:
        task: The samples.
        stop: Number of the sample after the last one to be forecast.

    Returns:
        Index 1 … stop; `y` and one column x0, x1, … a feature, float32. The features of the last
        row are unknown where the data end, and no forecast may see them; those of the row before
        stand there.
    """
    rows = np.minimum(np.arange(1, stop + 1), stop - 1)
    columns = {f"x{number}": task.values[rows, number] for number in range(task.values.shape[1])}
    frame = pd.DataFrame({TARGET: task.targets[:stop], **columns}, index=np.arange(1, stop + 1))
    return frame.astype("float32")
