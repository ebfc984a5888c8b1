import pytest
import torch

from dl_pipelines.data.augmentation import augment
from dl_pipelines.errors import SettingError
from dl_pipelines.params.images import Augmentation


def test_images_are_left_alone_unless_something_is_set():
    images = torch.zeros(1, 4, 4)
    assert not Augmentation().changes
    assert augment(images, **Augmentation().model_dump()) is images
    assert not Augmentation(elastic_sigma=6.0).changes


@pytest.mark.parametrize("name", ["rotation", "shift", "scale", "shear", "elastic"])
def test_each_strength_alone_changes_images(name):
    settings = Augmentation.model_validate({name: 0.5})
    images = torch.ones(1, 4, 4)
    assert settings.changes
    assert augment(images, **settings.model_dump()) is not images


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rotation", -1.0),
        ("rotation", 181.0),
        ("shift", -0.5),
        ("shift", float("inf")),
        ("scale", 1.0),
        ("scale", -0.1),
        ("shear", 90.0),
        ("elastic", -1.0),
        ("elastic", float("nan")),
        ("elastic_sigma", 0.5),
        ("elastic_sigma", float("inf")),
    ],
)
def test_a_strength_out_of_range_is_named(name, value):
    with pytest.raises(SettingError, match=f"'{name}' is {value}"):
        Augmentation.model_validate({name: value})


def test_an_unknown_change_is_named():
    with pytest.raises(SettingError, match="there is no setting 'flip'"):
        Augmentation.model_validate({"flip": 1.0})
