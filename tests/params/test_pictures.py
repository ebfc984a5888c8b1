import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.params.pictures import PictureReading

SETTINGS = {"folder": "data/01_raw/pictures", "model": "mnist_cnn"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("model", "mnist_cn"), ("folder", ""), ("shown", 0)],
)
def test_a_setting_out_of_range_is_named(name, value):
    assert PictureReading.model_validate(SETTINGS)
    with pytest.raises(SettingError, match=f"'{name}' is {value!r}"):
        PictureReading.model_validate(SETTINGS | {name: value})
