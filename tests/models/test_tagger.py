import numpy as np
import pytest
import torch
from torch import nn

from dl_pipelines.data.sentences import UNSEEN, SentenceBatch
from dl_pipelines.models.tagger import (
    CharacterTagger,
    Speller,
    VariationalDropout,
    WordTagger,
)
from tests.models.small_taggers import (
    ALL,
    LENGTHS,
    LETTERS,
    SETTINGS,
    SIZES,
    batch,
    sentences,
    tagger,
)
from tests.models.weights import fixed_weights


def word_by_number(*lengths):
    """Sentences of the words 0, 1, 2 … for a network that reads numbers only."""
    words = torch.arange(sum(lengths))
    rows = torch.split(words, lengths)
    packed = nn.utils.rnn.pack_sequence(rows)
    nothing = torch.empty(0, dtype=torch.int64)
    return SentenceBatch(packed.data, nothing, nothing, nothing, packed.batch_sizes, nothing)


def reference(net, words):
    """Scores of one sentence: embedding, the LSTM equations, a linear layer, in NumPy."""
    state = {name: value.double().numpy() for name, value in net.state_dict().items()}
    hidden = cell = np.zeros(state["lstm.weight_hh_l0"].shape[1])

    def sigmoid(value):
        return 1 / (1 + np.exp(-value))

    scores = []
    for word in words:
        gates = state["lstm.weight_ih_l0"] @ state["embedding.weight"][word]
        gates += state["lstm.weight_hh_l0"] @ hidden
        gates += state["lstm.bias_ih_l0"] + state["lstm.bias_hh_l0"]
        i, f, g, o = np.split(gates, 4)
        cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
        hidden = sigmoid(o) * np.tanh(cell)
        scores.append(state["heads.0.weight"] @ hidden + state["heads.0.bias"])
    return np.array(scores)


def test_the_book_net_follows_the_lstm_equations():
    net = WordTagger(**{**SIZES, "words": 4}, embedding=2, hidden=3)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(torch.sin(torch.arange(parameter.numel())).reshape(parameter.shape))
    scores, _ = net(word_by_number(3, 1))  # in the order of time: 0, 3, 1, 2
    expected = np.concatenate([reference(net, [0, 1, 2]), reference(net, [3])])
    np.testing.assert_allclose(scores.detach()[[0, 2, 3, 1]], expected, rtol=1e-5, atol=1e-6)


def test_golden_values_of_the_book_net():
    net = fixed_weights(
        WordTagger(words=3, characters=2, affixes=(), labels=(2,), embedding=2, hidden=1)
    )
    (scores,) = net(word_by_number(2, 1))
    first, second = scores.T
    assert first.tolist() == [0.0, 0.0, 0.0]
    expected = torch.tensor([1.010425597e-2, 1.011381768e-2, 1.016231454e-2])
    torch.testing.assert_close(second, expected, rtol=1e-6, atol=0)


def alone(net, given, row):
    """Scores of one sentence: each word spelt alone, no packed sequence, no batch."""
    first = sum(LENGTHS[:row])
    words = range(first, first + LENGTHS[row])
    features = []
    for word in words:
        form = given.forms[word]
        letters = net.speller.embedding(given.spelling[form][given.spelling[form] > 0])
        _, (last, _) = net.speller.lstm(letters[None])
        affixes = [
            table.weight[number]
            for table, number in zip(net.affixes, given.affixes[form], strict=True)
        ]
        own = net.embedding.weight[given.words[word]]
        features.append(torch.cat([own, last[0, 0], last[1, 0], *affixes]))
    x = torch.stack(features)
    for lstm in net.lstms:
        x, _ = lstm(x)
    return [head(x) for head in net.heads]


@pytest.mark.parametrize("settings", SETTINGS["char_bilstm"])
def test_the_strong_net_reads_words_and_letters_of_a_sentence_both_ways(settings):
    net, given = tagger("char_bilstm", settings).eval(), sentences()
    places, _ = given.places(torch.arange(len(LENGTHS)))
    together = net(batch())
    apart = [alone(net, given, row) for row in ALL]
    for kind, scores in enumerate(together):
        expected = torch.cat([scores[kind] for scores in apart])
        torch.testing.assert_close(scores, expected[places])


def test_only_letters_tell_unknown_words_apart():
    def unknown(form):
        """A sentence of one word that no vocabulary has, in some form."""
        given = sentences()
        one = given._replace(words=torch.zeros_like(given.words), lengths=torch.ones(11).long())
        return one.batch(*one.places(torch.tensor([form])))

    book = tagger("word_lstm", SETTINGS["word_lstm"][0]).eval()
    strong = tagger("char_bilstm", SETTINGS["char_bilstm"][0]).eval()
    assert torch.equal(book(unknown(0))[0], book(unknown(1))[0])
    assert not torch.isclose(strong(unknown(0))[0], strong(unknown(1))[0]).any()


def test_a_sentence_of_ten_thousand_words_has_finite_scores():
    net = tagger("char_bilstm", SETTINGS["char_bilstm"][0]).eval()
    one = sentences()
    long = one._replace(
        words=one.words.repeat(1000)[:10_000],
        forms=one.forms.repeat(1000)[:10_000],
        labels=torch.full((10_000, 2), UNSEEN),
        lengths=torch.tensor([10_000]),
    )
    with torch.no_grad():
        scores, _ = net(long.batch(*long.places(torch.tensor([0]))))
    assert scores.shape == (10_000, 3) and scores.isfinite().all()


def test_dropout_has_one_mask_a_sentence():
    torch.manual_seed(0)
    given = batch()
    sentence = torch.cat([torch.arange(count) for count in given.steps])
    dropped = VariationalDropout(0.75)(torch.ones(len(given.words), 400), given.steps)
    masks = dropped[: len(LENGTHS)]  # of the first words
    assert set(masks.flatten().tolist()) == {0.0, 4.0}  # what is kept makes up for the rest
    assert torch.equal(dropped, masks[sentence])
    assert len(masks.unique(dim=0)) == len(LENGTHS)
    assert masks.mean().item() == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("crf", [False, True])
def test_dropout_acts_in_training_only(crf):
    net = CharacterTagger(**SIZES, embedding=3, hidden=4, dropout=0.5, crf=crf, **LETTERS)
    assert not torch.equal(net(batch())[0], net(batch())[0])
    net.eval()
    assert torch.equal(net(batch())[0], net(batch())[0])


def test_a_character_that_was_never_read_says_nothing():
    speller = Speller(characters=5, embedding=3, hidden=2)
    assert not speller.embedding.weight[1].any()
    assert speller.embedding.weight[2:].all(dim=1).any()
