import pandas as pd
import pytest
from kedro.io import DatasetError

from dl_pipelines.io.clock import ClockDataset


def test_it_tells_the_time_and_takes_none():
    before = pd.Timestamp.now(tz="UTC")
    assert before <= ClockDataset().load() <= pd.Timestamp.now(tz="UTC")
    with pytest.raises(DatasetError, match="never set"):
        ClockDataset().save(before)
