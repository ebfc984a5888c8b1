import pytest
import torch
from torch.nn import functional

from dl_pipelines.data.sentences import SentenceBatches
from dl_pipelines.data.vocabulary import Vocabulary
from dl_pipelines.models.tagger import WordTagger
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.tagging import tagging_step
from tests.tagged import tokens
from tests.training.sentences import NETWORKS, TRAIN, lettered, tagger, train, vocabulary

every_network = pytest.mark.parametrize("network", NETWORKS)


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
