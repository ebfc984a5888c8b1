import numpy as np
import pytest
import torch
from torch import nn

from dl_pipelines.data.sentences import UNSEEN, SentenceBatch, Sentences
from dl_pipelines.errors import SettingError
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models.tagger import CharacterTagger, VariationalDropout, WordTagger
from dl_pipelines.models.taggers import TAGGERS, build_tagger
from tests.models.weights import fixed_weights

SIZES = {"words": 8, "characters": 6, "affixes": (4, 3), "labels": (3, 4)}
LENGTHS = [2, 5, 1, 3]
ALL = range(len(LENGTHS))
# A new architecture states here the smallest settings, and those that use all of its parts.
LETTERS = {"character_embedding": 3, "character_hidden": 2, "affix_embedding": 2}
SETTINGS = {
    "word_lstm": [{"embedding": 3, "hidden": 4}],
    "char_bilstm": [
        {"embedding": 3, "hidden": 2, "layers": 1} | LETTERS,
        {"embedding": 3, "hidden": 4, "layers": 3, "dropout": 0.2, "crf": True} | LETTERS,
    ],
}
every_tagger = pytest.mark.parametrize(
    ("architecture", "settings"),
    [(name, settings) for name in TAGGERS for settings in SETTINGS[name]],
)


def tagger(architecture, settings, seed=0):
    torch.manual_seed(seed)
    net = build_tagger(architecture, settings, **SIZES)
    for parameter in net.decoder.parameters():  # a random field starts without preferences
        nn.init.normal_(parameter)
    return net


def sentences():
    """Eleven words in four sentences; their six forms have 1 to 4 characters."""
    generator = torch.Generator().manual_seed(0)
    characters = torch.randint(1, SIZES["characters"], (6, 4), generator=generator)
    longest = torch.tensor([1, 2, 3, 4, 4, 2])[:, None]
    words = torch.arange(sum(LENGTHS)) % SIZES["words"]
    return Sentences(
        words=words,
        forms=words % 6,
        labels=torch.stack([words % count for count in SIZES["labels"]], dim=1),
        lengths=torch.tensor(LENGTHS),
        spelling=torch.where(torch.arange(4) < longest, characters, 0),
        affixes=torch.stack([torch.arange(6) % count for count in SIZES["affixes"]], dim=1),
    )


def batch(rows=ALL):
    every = sentences()
    return every.batch(*every.places(torch.tensor(list(rows))))


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


@every_tagger
def test_every_word_has_scores_of_each_kind_of_label(architecture, settings):
    net = tagger(architecture, settings).eval()
    for rows in ([2], [0, 3], ALL):
        given = batch(rows)
        scores = net(given)
        assert [tuple(kind.shape) for kind in scores] == [
            (len(given.words), count) for count in SIZES["labels"]
        ]
        assert all(kind.dtype == torch.float32 and kind.isfinite().all() for kind in scores)
        probabilities = net.decoder(scores[0], given.steps)
        torch.testing.assert_close(probabilities.sum(dim=1), torch.ones(len(given.words)))


@every_tagger
@pytest.mark.parametrize("rows", [[0], [2], [3, 1], [3, 2, 1, 0]])
def test_the_neighbours_of_a_sentence_play_no_part(architecture, settings, rows):
    net, given = tagger(architecture, settings).eval(), sentences()

    def tagged(rows):
        """Scores and probabilities of each word by its place."""
        places, steps = given.places(torch.tensor(list(rows)))
        scores = net(given.batch(places, steps))
        found = torch.cat([*scores, net.decoder(scores[0], steps)], dim=1)
        return places, torch.zeros(sum(LENGTHS), found.shape[1]).index_copy(0, places, found)

    _, whole = tagged(ALL)
    places, some = tagged(rows)
    torch.testing.assert_close(some[places], whole[places])


@every_tagger
def test_gradients_reach_every_parameter(architecture, settings):
    net, given = tagger(architecture, settings), batch()
    scores, further = net(given)
    loss = net.decoder.loss(scores, given.labels[:, 0], given.steps)
    (loss + nn.functional.cross_entropy(further, given.labels[:, 1])).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all() and parameter.grad.any(), name


@every_tagger
def test_the_seed_decides_the_weights(architecture, settings):
    first, again, other = (
        nn.utils.parameters_to_vector(tagger(architecture, settings, seed).parameters())
        for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.isclose(first, other).all()


@every_tagger
def test_what_is_rebuilt_from_a_file_is_the_same(architecture, settings, tmp_path):
    net = tagger(architecture, settings).eval()
    dataset = SafetensorsDataset(str(tmp_path / "weights.safetensors"))
    header = {"architecture": architecture, "network": settings}
    dataset.save(Weights.of_members({"seed_0": net.state_dict()}, header))

    stored = dataset.load()

    rebuilt = tagger(stored.header["architecture"], stored.header["network"], seed=1).eval()
    rebuilt.load_state_dict(stored.members()["seed_0"])
    for one, other in zip(net(batch()), rebuilt(batch()), strict=True):
        assert torch.equal(one, other)
    assert rebuilt.state_dict().keys() == net.state_dict().keys()


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


@pytest.mark.parametrize(
    ("architecture", "settings", "message"),
    [
        ("transformer", {}, "no architecture 'transformer': choose one of word_lstm, char_bilstm"),
        ("word_lstm", {"embedding": 3, "hidden": 4, "crf": True}, "'word_lstm' do not fit"),
        ("char_bilstm", {"embedding": 3, "hidden": 4}, "'char_bilstm' do not fit"),
    ],
)
def test_a_wrong_setting_is_named(architecture, settings, message):
    with pytest.raises(SettingError, match=message):
        build_tagger(architecture, settings, **SIZES)
