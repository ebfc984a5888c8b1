import pytest
import torch

from dl_pipelines.data.sentences import UNSEEN
from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.sources.treebanks import book_tokens
from dl_pipelines.training.tagging import mean_tag_loss, tag_probabilities, train_tagger
from tests.tagged import tokens
from tests.training.images import Killed, assert_same, kill_after
from tests.training.sentences import (
    EVERYTHING,
    NETWORKS,
    TRAIN,
    VALID,
    lettered,
    recipe,
    tagger,
    train,
    vocabulary,
)

every_network = pytest.mark.parametrize("network", NETWORKS)


@every_network
def test_the_sentences_of_the_book_are_learnt(network):
    book = book_tokens()
    parts = {part: book[book["part"] == part] for part in ("train", "test")}
    words = vocabulary(frame=parts["train"])
    model = tagger(network, words)
    options = recipe(epochs=30, optimizer={"lr": 0.03}) | {"counts": [*words.words.values()]}
    history = train_tagger(model, words.encode(parts["train"]), None, **options).history

    assert set(history[0]) == {"epoch", "train_loss", "lr"}
    assert history[-1]["train_loss"] < 0.2 * history[0]["train_loss"]
    for part in parts.values():
        probabilities = tag_probabilities(model.eval(), words.encode(part))
        tags = [words.tags[best] for best in probabilities.argmax(dim=1)]
        assert tags == part["tag"].tolist()


@every_network
def test_two_runs_leave_the_same_bits(network):
    one = train(network, kinds=["xpos"], **EVERYTHING)
    torch.rand(17)  # the caller's random state plays no part
    assert_same(one, train(network, kinds=["xpos"], **EVERYTHING))


@pytest.mark.parametrize("killed_after", [1, 4, 7])  # an epoch has 4 steps
def test_a_training_that_was_killed_goes_on_to_the_same_bits(tmp_path, monkeypatch, killed_after):
    checkpoints = {"folder": tmp_path, "every_steps": 2, "keep": 2}
    uninterrupted = train(**EVERYTHING)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        kill_after(patch, killed_after)
        train(**EVERYTHING, checkpoints=checkpoints)
    assert len(list(tmp_path.rglob("*.pt"))) == min(killed_after // 2, 2)

    assert_same(train(**EVERYTHING, checkpoints=checkpoints), uninterrupted)
    assert not list(tmp_path.iterdir())


@every_network
def test_validation_sentences_change_no_weight(network):
    other = tokens("fish/V fish/V fish/V They/DET", "zebra/NN", "read/NN swim/DET", part="valid")
    one, changed = train(network), train(network, valid=other)
    assert all(torch.equal(changed.state[name], value) for name, value in one.state.items())
    assert [row["train_loss"] for row in one.history] == [
        row["train_loss"] for row in changed.history
    ]
    assert one.history[-1]["valid_loss"] != changed.history[-1]["valid_loss"]


def test_validation_is_of_the_weights_that_are_kept_and_can_be_had_again():
    trained, words = train(**EVERYTHING), vocabulary()
    row = min(trained.history, key=lambda row: row["valid_loss"])
    model = tagger("char_bilstm", words)
    model.load_state_dict(trained.state)
    report = mean_tag_loss(model, words.encode(VALID))
    assert report == {name: row[f"valid_{name}"] for name in ("loss", "accuracy")}


@every_network
def test_a_tag_that_was_never_learnt_counts_as_wrong_and_not_into_the_loss(network):
    words = vocabulary()
    model = tagger(network, words).eval()
    unseen = VALID.assign(tag=VALID["tag"].where(VALID["form"] != "that", "X"))
    probabilities = tag_probabilities(model, words.encode(unseen))
    places = torch.tensor([0, 1, 3, 4, 5])  # of the six words all but "that"
    tags = torch.tensor([words.tags.index(tag) for tag in VALID["tag"]])[places]

    report = mean_tag_loss(model, words.encode(unseen))

    assert words.encode(unseen).labels[2, 0] == UNSEEN
    logs = probabilities[places, tags].log()
    right = (probabilities[places].argmax(dim=1) == tags).sum().item()
    assert report["loss"] == pytest.approx(-logs.mean().item())
    assert report["accuracy"] == pytest.approx(right / 6)


def test_validation_needs_a_tag_that_was_learnt():
    with pytest.raises(DataError, match="validate on have no tag that the training sentences have"):
        train(valid=tokens("hello/INTJ", part="valid"))


@every_network
def test_probabilities_stand_in_the_order_of_the_words(network, monkeypatch):
    words = vocabulary()
    model, encoded = tagger(network, words).eval(), words.encode(TRAIN)
    whole = tag_probabilities(model, encoded)
    alone = [
        tag_probabilities(model, words.encode(sentence))
        for _, sentence in TRAIN.groupby("sentence")
    ]
    monkeypatch.setattr("dl_pipelines.training.tagging._JUDGED", 7)
    torch.testing.assert_close(whole, torch.cat(alone))
    torch.testing.assert_close(tag_probabilities(model, encoded), whole)
    assert whole.shape == (25, 3) and not whole.requires_grad
    assert len(whole.unique(dim=0)) > 20


@every_network
def test_mixed_precision_trains(network):
    words = vocabulary()
    encoded = [words.encode(frame) for frame in (TRAIN, VALID)]
    options = recipe() | {"counts": [*words.words.values()]}
    one, exact = (
        train_tagger(tagger(network, words), *encoded, **options, precision=precision)
        for precision in ("bf16", "no")
    )
    assert all(value.dtype == torch.float32 for value in one.state.values())
    assert one.history[-1]["valid_loss"] == pytest.approx(exact.history[-1]["valid_loss"], rel=0.02)
    assert one.history != exact.history


@every_network
def test_divergence_is_reported(network):
    with pytest.raises(SettingError, match=r"training diverged: .* lower the learning rate"):
        train(network, optimizer={"name": "sgd", "lr": 1e38})


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@every_network
def test_a_gpu_trains_too(network):
    words = vocabulary("xpos")
    encoded = [words.encode(lettered(frame)) for frame in (TRAIN, VALID)]
    options = recipe(**EVERYTHING | {"epochs": 20}) | {"counts": [*words.words.values()]}
    trained = train_tagger(tagger(network, words), *encoded, **options, device="cuda")
    assert trained.history[-1]["valid_loss"] < trained.history[0]["valid_loss"]
    assert all(value.device.type == "cpu" for value in trained.state.values())


@every_network
def test_a_single_word_can_be_learnt(network):
    words = vocabulary(frame=tokens("Stop/V go/NN"))
    model = tagger(network, words)
    one = words.encode(tokens("Stop/V"))
    options = recipe(epochs=20, optimizer={"lr": 0.05}) | {"counts": [1, 1]}
    history = train_tagger(model, one, None, **options).history
    assert history[-1]["train_loss"] < 0.2 * history[0]["train_loss"]
