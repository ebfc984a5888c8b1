import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.params.classification import (
    Backbone,
    Classifier,
    ClassReport,
    ConvNet,
    ImageFolds,
    ImageHoldout,
    ImageMLP,
    ImageTraining,
    LeNet,
    Mnist,
)

NETWORKS = {
    "image_mlp": ({"hidden": [300, 100]}, ImageMLP(hidden=(300, 100))),
    "lenet": ({}, LeNet(channels=(6, 16), kernel=5, hidden=(120, 84))),
    "convnet": ({"stages": [[8, 8], [16]]}, ConvNet(stages=((8, 8), (16,)))),
    "backbone": ({"model": "resnet18"}, Backbone(model="resnet18", frozen=True, weights="none")),
}
CNN = {"name": "cnn", "architecture": "convnet"}
MLP = {"name": "mlp", "architecture": "image_mlp"}


@pytest.mark.parametrize("architecture", NETWORKS)
def test_a_network_has_the_settings_of_its_architecture(architecture):
    network, expected = NETWORKS[architecture]
    classifier = Classifier(name="any", architecture=architecture, network=network)
    assert type(classifier.network) is type(expected)
    assert classifier.network == expected


@pytest.mark.parametrize("architecture", NETWORKS)
def test_settings_survive_the_way_through_a_file(architecture):
    classifier = Classifier(
        name="any", architecture=architecture, network=NETWORKS[architecture][0]
    )
    assert Classifier.model_validate(classifier.model_dump(mode="json")) == classifier


@pytest.mark.parametrize(
    ("sample", "sample_epochs", "epochs"),
    [(False, None, 20), (True, None, 20), (False, 60, 20), (True, 60, 60)],
)
def test_a_sample_may_take_more_epochs(sample, sample_epochs, epochs):
    settings = ImageTraining(epochs=20, batch_size=64, sample_epochs=sample_epochs, seeds=(1, 2))
    training = settings.for_images(sample=sample)
    assert training.epochs == epochs
    assert training.seeds == (1, 2)
    assert not hasattr(training, "sample_epochs")


@pytest.mark.parametrize("folds", [0, 2, 5])
def test_there_are_no_folds_or_several(folds):
    assert ImageFolds(folds=folds).folds == folds


def test_the_default_holdout_is_the_usual_one():
    assert 60_000 * ImageHoldout().validation_fraction == pytest.approx(5000)


@pytest.mark.parametrize(
    ("model", "values", "parts"),
    [
        (ImageFolds, {"folds": 1}, ["folds is 1", "2 or more, or to 0"]),
        (ImageFolds, {"folds": -1}, ["'folds' is -1"]),
        (ImageHoldout, {"validation_fraction": 0.0}, ["'validation_fraction' is 0.0"]),
        (ImageHoldout, {"validation_fraction": 1.0}, ["'validation_fraction' is 1.0"]),
        (
            ImageTraining,
            {"epochs": 2, "batch_size": 1, "sample_epochs": 0},
            ["'sample_epochs' is 0"],
        ),
        (ImageTraining, {"epochs": 0, "batch_size": 1}, ["'epochs' is 0"]),
        (ClassReport, {"bins": 0}, ["'bins' is 0"]),
        (ClassReport, {"shifts": -1}, ["'shifts' is -1"]),
        (ClassReport, {"occlusions": [-4]}, ["'occlusions.0' is -4"]),
        (Mnist, {"dataset": "letters", "mlp": "a", "cnn": "b"}, ["'letters'", "'fashion'"]),
        (Classifier, MLP | {"network": {"hiden": [8]}}, ["'hidden' is missing", "'hiden'"]),
        (Classifier, MLP | {"network": {"stages": [[8]]}}, ["no setting 'stages'"]),
        (Classifier, MLP | {"network": {"hidden": [0]}}, ["'hidden.0' is 0"]),
        (Classifier, CNN | {"network": {"stages": []}}, ["'stages' is []"]),
        (Classifier, CNN | {"network": {"stages": [[8]], "dropout": 1.0}}, ["'dropout' is 1.0"]),
        (Classifier, CNN, ["'network' is missing"]),
        (Classifier, {"name": "x", "architecture": "lenet", "network": {"kernel": 0}}, ["kernel"]),
        (
            Classifier,
            {"name": "x", "architecture": "mpl", "network": {"hidden": [8]}},
            ["'architecture' is 'mpl'", "'image_mlp'"],
        ),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(model, values, parts):
    with pytest.raises(SettingError) as caught:
        model.model_validate(values)
    for part in parts:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)
