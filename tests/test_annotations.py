import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import node, pipeline

from dl_pipelines.annotations import NarrowerSettings
from dl_pipelines.errors import SettingError
from dl_pipelines.params import Compute, OneProcess


def train_alone(rows, compute: OneProcess):
    return rows


def predict(rows, compute: Compute):
    return rows


def check(inputs, **compute):
    nodes = [node(train_alone, inputs, "a"), node(predict, ["rows", "params:compute"], "b")]
    given = {"rows": 1, "params:compute": Compute(device="cpu", **compute)}
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in given.items()})
    NarrowerSettings().before_pipeline_run(pipeline(nodes), catalog)


@pytest.mark.parametrize(
    "inputs", [["rows", "params:compute"], {"compute": "params:compute", "rows": "rows"}]
)
def test_a_parameter_suits_each_node_that_takes_it(inputs):
    check(inputs)
    with pytest.raises(SettingError, match="trained by one process each"):
        check(inputs, devices=2)
