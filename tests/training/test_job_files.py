from dataclasses import dataclass

import numpy as np
import pytest
import torch

from dl_pipelines.data.splits import Split
from dl_pipelines.data.tables import Table
from dl_pipelines.training.job_files import is_written, read_value, write_value
from dl_pipelines.training.network import Trained

ROWS = np.arange(5)


def test_a_value_comes_back_as_it_was(tmp_path):
    split = Split(ROWS[:3], ROWS[3:4], ROWS[4:])
    view = torch.arange(12).reshape(3, 4).T
    trained = Trained({"net.0.weight": view}, [{"epoch": 1, "lr": 0.1 + 0.2}], float("inf"))
    frozen = np.ones(2)
    frozen.flags.writeable = False
    value = {
        "tables": [Table(np.eye(5), 3, split)],
        "betas": (0.9, [None, True, "ε"]),
        "trained": trained,
        "empty": {},
        "counter": torch.tensor(3),
        "frozen": frozen,
    }
    path = tmp_path / "value"
    assert not is_written(path)
    write_value(path, value)
    assert is_written(path)
    back = read_value(path)

    assert back["betas"] == value["betas"]
    assert back["empty"] == {}
    assert back["counter"].dtype == torch.int64
    assert back["trained"].history == trained.history
    assert back["trained"].seconds == float("inf")
    assert torch.equal(back["trained"].state["net.0.weight"], view)
    (table,) = back["tables"]
    assert table.numeric == 3
    for name in ("train", "valid", "test"):
        np.testing.assert_array_equal(getattr(table.split, name), getattr(split, name))
    np.testing.assert_array_equal(table.x, np.eye(5))
    np.testing.assert_array_equal(back["frozen"], frozen)


def test_what_several_jobs_share_is_written_once(tmp_path):
    images = torch.zeros(1000, 28, 28, dtype=torch.uint8)
    write_value(tmp_path / "jobs", [{"images": images, "seed": seed} for seed in range(5)])
    assert (tmp_path / "jobs.safetensors").stat().st_size < 1.1 * images.numel()


@dataclass
class Split2:
    train: int


@pytest.mark.parametrize("value", [object(), Split2(1), {1, 2}, torch.nn.Linear(1, 1), print])
def test_other_things_are_refused(tmp_path, value):
    with pytest.raises(TypeError, match="a training cannot be told of a"):
        write_value(tmp_path / "value", {"inner": [value]})
    assert not list(tmp_path.iterdir())


def test_a_class_of_the_same_name_is_refused(tmp_path):
    impostor = type("Split", (Split2,), {})
    with pytest.raises(TypeError, match="Split"):
        write_value(tmp_path / "value", impostor(1))
