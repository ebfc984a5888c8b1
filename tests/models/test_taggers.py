"""What holds for every tagger: training, prediction and storage rely on it."""

import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models.taggers import TAGGERS, build_tagger
from tests.models.small_taggers import ALL, LENGTHS, SETTINGS, SIZES, batch, sentences, tagger

every_tagger = pytest.mark.parametrize(
    ("architecture", "settings"),
    [(name, settings) for name in TAGGERS for settings in SETTINGS[name]],
)


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
