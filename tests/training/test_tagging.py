import pytest
import torch
from torch.nn import functional

from dl_pipelines.data.sentences import UNSEEN, SentenceBatches
from dl_pipelines.data.vocabulary import Vocabulary
from dl_pipelines.errors import SettingError
from dl_pipelines.models.tagger import WordTagger
from dl_pipelines.models.taggers import build_tagger
from dl_pipelines.params.tagging import TaggerTraining
from dl_pipelines.sources.treebanks import book_tokens
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.tagging import (
    mean_tag_loss,
    tag_probabilities,
    tagging_step,
    train_tagger,
)
from tests.tagged import tokens
from tests.training.images import Killed, assert_same, kill_after

LETTERS = {"character_embedding": 4, "character_hidden": 4, "affix_embedding": 2}
NETWORKS = {
    "word_lstm": ("word_lstm", {"embedding": 8, "hidden": 8}),
    "char_bilstm": ("char_bilstm", {"embedding": 6, "hidden": 6, "dropout": 0.2} | LETTERS),
    "crf": ("char_bilstm", {"embedding": 6, "hidden": 6, "crf": True} | LETTERS),
}
every_network = pytest.mark.parametrize("network", NETWORKS)
TRAIN = tokens(
    "the/DET cat/NN ate/V the/DET fish/NN",
    "They/NN read/V that/DET book/NN",
    "a/DET dog/NN ran/V",
    "fish/NN swim/V",
    "read/V",
    "the/DET book/NN ended/V",
    "that/DET cat/NN saw/V a/DET dog/NN",
    "dogs/NN ran/V",
)
VALID = tokens("They/NN ate/V that/DET fish/NN", "cats/NN swim/V", part="valid")
EVERYTHING = {
    "epochs": 3,
    "optimizer": {"name": "adamw", "lr": 0.01},
    "schedule": {"name": "one_cycle"},
    "loss": {"word_dropout": 0.5, "further_weight": 0.3},
    "clip_norm": 5.0,
    "ema_decay": 0.9,
    "patience": 3,
}


def lettered(frame):
    """The words with two more labels, their first and last letters."""
    return frame.assign(xpos=frame["form"].str[0], deprel=frame["form"].str[-1])


def vocabulary(*kinds, frame=TRAIN):
    return Vocabulary.fit(lettered(frame), ["tag", *kinds], affixes=2)


def tagger(network, words, seed=0):
    """A network, always from the same start."""
    torch.manual_seed(seed)
    return build_tagger(*NETWORKS[network], **words.sizes)


def recipe(**settings):
    """Settings of `train_tagger`; an epoch of `TRAIN` has 4 steps."""
    shared = {"epochs": 2, "batch_size": 7, "optimizer": {"lr": 0.01}}
    chosen = TaggerTraining.model_validate(shared | settings).model_dump()
    del chosen["seeds"], chosen["further"]
    return {"seed": 0} | chosen


def train(network="char_bilstm", *, kinds=(), valid=VALID, checkpoints=None, **settings):
    words = vocabulary(*kinds)
    parts = [words.encode(lettered(frame)) for frame in (TRAIN, valid)]
    options = recipe(**settings) | {"checkpoints": checkpoints, "counts": [*words.words.values()]}
    return train_tagger(tagger(network, words), *parts, **options)


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
def test_the_step_does_what_a_bare_loop_does_to_the_bit(network):
    words = vocabulary("xpos", "deprel")
    model, twin = tagger(network, words).train(), tagger(network, words).train()
    optimizer, other = (torch.optim.SGD(net.parameters(), lr=0.1) for net in (model, twin))
    counts, ready = torch.tensor([0, *words.words.values()]), []
    step = tagging_step(
        model,
        optimizer,
        build_accelerator("cpu"),
        counts=counts[1:].tolist(),
        word_dropout=0.5,
        further_weight=0.3,
    )
    batches = [*SentenceBatches(words.encode(lettered(TRAIN)), 7, shuffle=False, seed=0)]
    torch.manual_seed(1)
    losses = [step(batch, ready.append) for batch in batches][-1]

    torch.manual_seed(1)
    for batch in batches:
        drawn = torch.rand(len(batch.words)) < 0.5 / (0.5 + counts[batch.words])
        other.zero_grad()
        scores = twin(batch._replace(words=torch.where(drawn, 0, batch.words)))
        tag_loss = twin.decoder.loss(scores[0], batch.labels[:, 0], batch.steps)
        further = [functional.cross_entropy(scores[kind], batch.labels[:, kind]) for kind in (1, 2)]
        loss = tag_loss + 0.3 * further[0] + 0.3 * further[1]
        loss.backward()
        other.step()

    assert ready == [model] * 4
    for one, expected in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.equal(one, expected)
    assert torch.equal(losses["tag_loss"], tag_loss) and torch.equal(losses["loss"], loss)
    assert not any(value.requires_grad for value in losses.values())


class Recorded(WordTagger):
    """Keeps the words that it was given."""

    def forward(self, batch):
        self.given = batch.words
        return super().forward(batch)


@pytest.mark.parametrize(
    ("word_dropout", "shares"), [(0.0, (0, 0)), (0.5, (1 / 3, 1 / 9)), (1e30, (1, 1))]
)
def test_rare_words_are_taken_for_unknown_ones_more_often(word_dropout, shares):
    words = Vocabulary.fit(tokens(*["often/NN"] * 4, "once/NN"))
    model = Recorded(**words.sizes, embedding=2, hidden=2)
    step = tagging_step(
        model,
        torch.optim.SGD(model.parameters(), lr=0.1),
        build_accelerator("cpu"),
        counts=[*words.words.values()],
        word_dropout=word_dropout,
        further_weight=0.0,
    )
    (batch,) = SentenceBatches(
        words.encode(tokens(*["once/NN often/NN"] * 2000)), 10**6, shuffle=False, seed=0
    )
    torch.manual_seed(0)
    step(batch, lambda _: None)
    assert set(model.given[model.given != batch.words].tolist()) <= {0}
    for word, share in zip(("once", "often"), shares, strict=True):
        own = batch.words == list(words.words).index(word) + 1
        assert (model.given[own] == 0).double().mean().item() == pytest.approx(share, abs=0.03)


def test_all_words_unknown_teach_the_unknown_word_alone():
    start = tagger("word_lstm", vocabulary()).embedding.weight.detach().clone()
    for word_dropout, unchanged in ((1e30, slice(1, None)), (0.0, slice(0, 1))):
        state = train("word_lstm", loss={"word_dropout": word_dropout}).state
        changed = (state["embedding.weight"] != start).any(dim=1)
        assert not changed[unchanged].any() and changed.any()


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
def test_further_labels_without_weight_change_nothing(network):
    plain = train(network, patience=2)
    beside = train(network, kinds=["xpos"], patience=2)
    for row, other in zip(plain.history, beside.history, strict=True):
        assert other["train_tag_loss"] == other["train_loss"] == row["train_loss"]
        assert other["valid_loss"] == row["valid_loss"]
    assert all(torch.equal(beside.state[name], value) for name, value in plain.state.items())


def test_further_labels_with_a_weight_are_learnt():
    settings = {"epochs": 15, "optimizer": {"lr": 0.03}, "loss": {"further_weight": 1.0}}
    history = train("word_lstm", kinds=["xpos"], **settings).history
    first, last = (row["train_loss"] - row["train_tag_loss"] for row in (history[0], history[-1]))
    assert last < 0.5 * first
    assert history[-1]["train_tag_loss"] < 0.5 * history[0]["train_tag_loss"]


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
