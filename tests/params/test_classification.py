import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.params.classification import (
    Classifier,
    ClassReport,
    ImageFolds,
    ImageHoldout,
    ImageTraining,
    Mnist,
)
from dl_pipelines.params.image_networks import Backbone, ConvNet, ImageMLP, LeNet

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
    ("sample", "factor", "epochs"),
    [(False, 1, 20), (True, 1, 20), (False, 2.67, 20), (True, 2.67, 53)],
)
def test_a_sample_may_take_more_epochs(sample, factor, epochs):
    settings = ImageTraining(epochs=20, batch_size=64, sample_factor=factor, seeds=(1, 2))
    training = settings.for_images(sample=sample)
    assert training["epochs"] == epochs
    assert training["seeds"] == (1, 2)
    assert "sample_factor" not in training


def test_the_loss_is_that_of_classes():
    training = ImageTraining(epochs=1, batch_size=1).for_images(sample=True)
    assert training["loss"]["name"] == "cross_entropy"


@pytest.mark.parametrize(
    ("settings", "validates"),
    [({}, False), ({"patience": 3}, True), ({"schedule": {"name": "plateau"}}, True)],
)
def test_it_is_known_whether_images_that_validate_are_needed(settings, validates):
    training = ImageTraining.model_validate({"epochs": 1, "batch_size": 1, **settings})
    assert training.validates == validates


@pytest.mark.parametrize(
    ("given", "measured"), [([10], (0, 10)), ([-5, 0, 5], (0, -5, 5)), ([], ())]
)
def test_each_disturbance_is_compared_with_none(given, measured):
    report = ClassReport(rotations=given, noises=(), occlusions=(4,))
    assert report.disturbances["rotations"] == measured
    assert report.disturbances["occlusions"] == (0, 4)
    assert report.disturbances["noises"] == ()


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
            {"epochs": 2, "batch_size": 1, "sample_factor": 0.5},
            ["'sample_factor' is 0.5"],
        ),
        (
            ImageTraining,
            {"epochs": 2, "batch_size": 1, "loss": {"name": "mse"}},
            ["'loss.name' is 'mse'", "'cross_entropy'"],
        ),
        (ImageTraining, {"epochs": 0, "batch_size": 1}, ["'epochs' is 0"]),
        (ClassReport, {"bins": 0}, ["'bins' is 0"]),
        (ClassReport, {"noises": [-1]}, ["'noises.0' is -1"]),
        (ClassReport, {"rotations": [float("nan")]}, ["'rotations.0' is nan"]),
        (
            ClassReport,
            {"rotations": [], "noises": [0], "occlusions": []},
            ["disturb nothing", "other than 0"],
        ),
        (Classifier, MLP | {"network": {"hidden": [8]}, "shifts": -1}, ["'shifts' is -1"]),
        (ClassReport, {"occlusions": [-4]}, ["'occlusions.0' is -4"]),
        (
            Mnist,
            {"dataset": "letters", "mlp": "a", "cnn": "b", "vae": "c"},
            ["'letters'", "'fashion'"],
        ),
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
