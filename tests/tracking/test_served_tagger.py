"""What MLflow serves of a tagger."""

import mlflow
import pytest

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.tracking.forms import served_network
from tests.training.sentences import NETWORKS, tagger, vocabulary


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A tagger that knows little, as a user loads it."""
    file = tmp_path_factory.mktemp("served") / "weights.safetensors"
    words = vocabulary()
    architecture, network = NETWORKS["word_lstm"]
    header = {"architecture": architecture, "network": network, "vocabulary": words.to_dict()}
    members = {f"seed_{seed}": tagger("word_lstm", words, seed).state_dict() for seed in (0, 1)}
    SafetensorsDataset(str(file)).save(Weights.of_members(members, header))
    arguments = served_network(file)
    flavor = arguments.pop("flavor")
    flavor.save_model(path=str(file.with_name("model")), **arguments)
    return mlflow.pyfunc.load_model(str(file.with_name("model")))


def test_every_sentence_has_its_tags_in_its_place(served):
    full = ["They ate the fish", "the cat"]
    tags = served.predict(full)
    assert [len(line.split()) for line in tags] == [4, 2]
    assert {*" ".join(tags).split()} <= {"DET", "NN", "V"}
    assert served.predict([full[0], "", full[1], " \t"]) == [tags[0], "", tags[1], ""]


@pytest.mark.parametrize("sentences", [[], [""], ["  ", "\n"]])
def test_without_words_there_are_no_tags(served, sentences):
    assert served.predict(sentences) == [""] * len(sentences)
