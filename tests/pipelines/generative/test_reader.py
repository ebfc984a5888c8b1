"""Who reads the samples: found, or trained as `mnist_cnn` would have been."""

from dataclasses import replace
from typing import Any

import pytest

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.params.generation import ImageReading
from dl_pipelines.pipelines import image_nodes
from dl_pipelines.pipelines.members import states_by_seed
from dl_pipelines.pipelines.sample_nodes import provide_reader
from dl_pipelines.pipelines.sample_reader import find_reader, reader_name
from tests.pipelines.generative.settings import READING, SETTINGS, given, same


def other(weights: Weights, seed: int) -> Weights:
    """The same but for one number of a seed's network."""
    state = {name: tensor.clone() for name, tensor in weights.state.items()}
    next(tensor for name, tensor in state.items() if name.startswith(f"seed_{seed}.layers"))[0] += 1
    return replace(weights, state=state)


def reading_with(part: str, **fields: Any) -> ImageReading:
    """The settings, but for some fields of a part."""
    return READING.model_copy(update={part: getattr(READING, part).model_copy(update=fields)})


@pytest.mark.parametrize("sample", [False, True])
def test_where_none_is_there_one_is_trained_bit_for_bit_as_mnist_cnn_does(images, sample):
    reading = reading_with("training", epochs=1, sample_factor=2.0)
    images = images | {"sample": sample}
    known = {"classifiers": {}, "images": images, "reading": reading}
    weights = provide_reader(**given(provide_reader, **known))
    settings = {name: getattr(reading, name) for name in ImageReading.model_fields}
    expected, history, _ = image_nodes.train_holdout(
        images=images, checkpoints=SETTINGS["checkpoints"], **settings
    )
    assert same(weights, expected)
    assert weights.header == expected.header
    assert history["epoch"].max() == (2 if sample else 1)


def test_what_mnist_cnn_has_left_is_taken_whatever_it_is(images, classifier):
    left = replace(other(classifier, 10), header=classifier.header | {"identity": "best"})
    classifiers = {"mnist_cnn": left, "mnist_gan": classifier}
    found = provide_reader(**given(provide_reader, classifiers=classifiers, images=images))
    assert found is left


@pytest.mark.parametrize("identity", ["another", None])
def test_what_another_pipeline_has_left_is_taken_if_it_was_trained_like_this(
    images, classifier, identity
):
    stranger = replace(classifier, header=classifier.header | {"identity": identity})
    classifiers = {"mnist_vae": stranger, "mnist_gan": classifier}
    found = provide_reader(**given(provide_reader, classifiers=classifiers, images=images))
    assert found is classifier
    assert find_reader({"mnist_vae": stranger}, LabelledImages.from_arrays(images), READING) is None


@pytest.mark.parametrize(
    "reading",
    [
        reading_with("holdout", images=READING.holdout.images + 1),
        reading_with("training", epochs=1),
        reading_with("augmentation", rotation=1.0),
        reading_with("classifier", network=READING.classifier.network.model_copy(
            update={"batch_norm": True})),
    ],
    ids=["images", "training", "augmentation", "network"],
)  # fmt: skip
def test_classifiers_of_other_settings_do_not_mix(images, classifier, reading):
    labelled = LabelledImages.from_arrays(images)
    assert find_reader({"mnist_gan": classifier}, labelled, READING) is classifier
    assert find_reader({"mnist_gan": classifier}, labelled, reading) is None


def test_a_quick_run_takes_a_classifier_of_all_images_and_a_full_one_none_of_some(images):
    labelled = LabelledImages.from_arrays(images)
    full = reading_with("holdout", images=None)
    known = {"classifiers": {}, "images": images, "reading": full}
    of_all = provide_reader(**given(provide_reader, **known))
    quick = reading_with("holdout", images=200)
    of_some = provide_reader(**given(provide_reader, **known | {"reading": quick}))
    assert find_reader({"mnist_gan": of_all}, labelled, quick) is of_all
    assert find_reader({"mnist_gan": of_some}, labelled, full) is None


@pytest.mark.parametrize("pipeline", ["mnist_gan", "mnist_cnn"])
def test_a_classifier_of_other_images_is_not_taken(images, classifier, pipeline):
    """It may have learnt the test images of these, as one of all MNIST has those of the sample."""
    changed = LabelledImages.from_arrays(images | {"train_labels": images["train_labels"][::-1]})
    assert find_reader({pipeline: classifier}, changed, READING) is None


def test_the_name_is_that_of_the_first_seeds_weights(tmp_path, classifier):
    name = reader_name(classifier)
    assert [*states_by_seed(classifier)] == [10, 2]
    assert name.startswith("mnist_cnn-") and len(name) == len("mnist_cnn-1a2b3c4d")
    file = SafetensorsDataset(str(tmp_path / "classifier.safetensors"))
    file.save(replace(classifier, header=classifier.header | {"name": "best"}))
    assert reader_name(file.load()) == name
    assert reader_name(other(classifier, 2)) == name
    assert reader_name(other(classifier, 10)) != name
