import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.params.optimizer_comparison import ComparisonTask, DrawnDigits

TRAINING = {"hidden": [3], "loss": "mse", "epochs": 3, "switch_epoch": 2, "batch_size": 4}
TASK = {
    "name": "Toy",
    "training": TRAINING,
    "optimizers": ["sgd", "adam_sgd"],
    "rates": [0.1, 1.0],
    "tuning_seeds": [100, 101, 102],
    "seeds": [0, 1, 2, 3, 4],
    "target": 0.1,
    "every": 5,
}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seeds": [0, 1, 2, 3]}, "'seeds' is .*at least 5"),
        ({"tuning_seeds": [100, 101]}, "'tuning_seeds' is .*at least 3"),
        ({"seeds": [0, 1, 2, 3, 100]}, "seed 100 is among 'seeds' and among 'tuning_seeds'"),
        ({"rates": [0.1, 0.1]}, "'rates' is .*a value appears twice"),
        ({"rates": [0.1]}, "'rates' is .*at least 2"),
        ({"rates": [0.1, float("inf")]}, "'rates.1' is inf"),
        ({"optimizers": ["adam", "adam"]}, "a value appears twice"),
        ({"optimizers": ["adams"]}, "'optimizers.0.*' is 'adams'"),
        ({"training": TRAINING | {"switch_epoch": 3}}, r"switch_epoch \(3\) must be less than"),
        ({"training": TRAINING | {"loss": "mae"}}, "'training.loss' is 'mae'"),
        ({"target": 0}, "'target' is 0"),
    ],
)
def test_a_wrong_setting_is_named(changes, sentence):
    assert ComparisonTask.model_validate(TASK).training.switch_factor == 1.0
    with pytest.raises(SettingError, match=sentence):
        ComparisonTask.model_validate(TASK | changes)


def test_digits_are_drawn_as_other_pipelines_do():
    drawn = DrawnDigits.model_validate({"images": 6000, "test_images": 1000})
    assert drawn.model_dump() == {
        "images": 6000, "validation_fraction": 1 / 12, "seed": 0, "test_images": 1000,
    }  # fmt: skip
