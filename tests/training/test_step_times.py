from dl_pipelines.training.step_times import phase_times
from tests.training.test_optimizer_trials import ARRAYS, TRAINING


def test_each_phase_has_its_seconds():
    names = ["sgd", "adam_sgd", "adam"]
    times = phase_times(ARRAYS, names, steps=2, training=TRAINING, device="cpu")
    assert [(row["optimizer"], row["from_step"]) for row in times] == [
        ("sgd", 0), ("adam_sgd", 0), ("adam_sgd", 2), ("adam", 0),
    ]  # fmt: skip
    assert all(0 < row["low"] <= row["seconds"] <= row["high"] < 1 for row in times)
    assert any(row["low"] < row["high"] for row in times)
