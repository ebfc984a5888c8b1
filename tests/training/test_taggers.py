import pytest
import torch

from dl_pipelines.data.vocabulary import Vocabulary
from dl_pipelines.errors import SettingError
from dl_pipelines.models.taggers import build_tagger
from dl_pipelines.params import Compute
from dl_pipelines.params.tagging import TaggerTraining
from dl_pipelines.training import taggers
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.taggers import Task, fit_taggers, predict_tags
from dl_pipelines.training.tagging import tag_probabilities
from tests.tagged import tokens

TRAIN = tokens("the/DET cat/NN ate/V the/DET fish/NN", "They/NN read/V that/DET book/NN", "go/V")
VALID = tokens("They/NN ate/V that/DET fish/NN", part="valid")
VOCABULARY = Vocabulary.fit(TRAIN)
HEADER = {"architecture": "word_lstm", "network": {"embedding": 3, "hidden": 4}}
COMPUTE = Compute(device="cpu", backend="sequential").model_dump()
UNMOVED = {"name": "sgd", "lr": 1e-30}


def task(train=TRAIN, valid=VALID, vectors=None):
    encoded = None if valid is None else VOCABULARY.encode(valid)
    counts = [*VOCABULARY.words.values()]
    return Task(VOCABULARY.encode(train), encoded, VOCABULARY.sizes, counts, vectors)


def fit(*tasks, **settings):
    shared = {"epochs": 2, "batch_size": 5, "optimizer": {"lr": 0.01}}
    training = TaggerTraining.model_validate(shared | settings).model_dump()
    return fit_taggers(tasks or [task()], tagger=HEADER, training=training, compute=COMPUTE)


def untrained():
    return build_tagger(HEADER["architecture"], HEADER["network"], **VOCABULARY.sizes)


def same(one, other):
    return all(torch.equal(other.state[name], value) for name, value in one.state.items())


def test_there_is_a_fit_of_each_task_and_seed():
    fits = fit(task(), task(TRAIN[TRAIN["sentence"] > 0], None), seeds=(3, 4, 5))
    assert [len(of_task) for of_task in fits] == [3, 3]
    for of_task, columns in zip(fits, ({"valid_loss", "valid_accuracy"}, set()), strict=True):
        assert [[row["seed"] for row in fit.history] for fit in of_task] == [
            [3] * 2,
            [4] * 2,
            [5] * 2,
        ]
        assert of_task[0].history[0].keys() == {"seed", "epoch", "train_loss", "lr"} | columns
        assert not same(of_task[0], of_task[1]) and all(fit.seconds > 0 for fit in of_task)
    assert not same(fits[0][0], fits[1][0])


def test_a_fit_depends_on_its_own_task_and_seed_only():
    torch.manual_seed(17)
    ((_, many),) = fit(seeds=(3, 4))
    torch.manual_seed(18)
    ((alone,),) = fit(seeds=(4,))
    assert same(many, alone) and many.history == alone.history


def test_held_out_sentences_change_no_weight():
    other = tokens("fish/V fish/V They/DET", "zebra/NN", part="valid")
    ((one,),), ((changed,),) = fit(), fit(task(valid=other))
    assert same(one, changed)
    assert one.history[-1]["valid_loss"] != changed.history[-1]["valid_loss"]


def test_words_start_from_their_vectors():
    vectors = torch.full((VOCABULARY.sizes["words"], 3), torch.nan)
    vectors[2:5] = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    ((given,),), ((random,),) = (
        fit(task(vectors=vectors), optimizer=UNMOVED),
        fit(optimizer=UNMOVED),
    )
    words, others = (one.state.pop("embedding.weight") for one in (given, random))
    assert torch.equal(words[2:5], vectors[2:5])
    assert torch.equal(words[:2], others[:2]) and torch.equal(words[5:], others[5:])
    assert same(given, random)


def test_vectors_of_another_size_are_refused():
    vectors = torch.ones(VOCABULARY.sizes["words"], 5)
    with pytest.raises(SettingError, match=r"\(setting 'tagger.vectors'\) have 5 numbers"):
        fit(task(vectors=vectors))


def test_vectors_are_learnt_further():
    vectors = torch.ones(VOCABULARY.sizes["words"], 3)
    ((trained,),) = fit(task(vectors=vectors))
    assert (trained.state["embedding.weight"][1:] != 1).all()


def test_the_seed_decides_the_first_weights():
    ((trained,),) = fit(optimizer=UNMOVED, seeds=(9,))
    with seed_everything(9):
        start = untrained()
    assert all(
        torch.equal(trained.state[name], value) for name, value in start.state_dict().items()
    )


def test_each_network_predicts_each_word():
    (fits,) = fit(seeds=(0, 1))
    test = VOCABULARY.encode(
        tokens("They/NN ate/V", "the/DET zebra/NN go/V", "book/NN", part="test")
    )
    states = [fit.state for fit in fits]

    votes = predict_tags(HEADER, states, test, sizes=VOCABULARY.sizes, compute=COMPUTE)

    assert votes.shape == (2, 6, 3) and votes.dtype == torch.float64
    torch.testing.assert_close(votes.sum(dim=2), torch.ones(2, 6, dtype=torch.float64))
    for state, vote in zip(states, votes, strict=True):
        network = untrained().eval()
        network.load_state_dict(state)
        assert torch.equal(tag_probabilities(network, test).double(), vote)


def test_a_prediction_has_the_threads_that_are_set(monkeypatch):
    seen = []

    def watched(*args):
        seen.append(torch.get_num_threads())
        return tag_probabilities(*args)

    monkeypatch.setattr(taggers, "tag_probabilities", watched)
    test, state = VOCABULARY.encode(VALID), untrained().state_dict()
    for threads in (1, 2):
        compute = COMPUTE | {"threads": threads}
        predict_tags(HEADER, [state], test, sizes=VOCABULARY.sizes, compute=compute)
    assert seen == [1, 2]


def test_dropout_plays_no_part_in_predictions():
    settings = {"embedding": 3, "hidden": 4, "dropout": 0.9, "character_embedding": 2}
    settings |= {"character_hidden": 2, "affix_embedding": 2}
    network = build_tagger("char_bilstm", settings, **VOCABULARY.sizes)
    header = {"architecture": "char_bilstm", "network": settings}
    test, shared = VOCABULARY.encode(VALID), {"sizes": VOCABULARY.sizes, "compute": COMPUTE}
    one, again = predict_tags(header, [network.state_dict()] * 2, test, **shared)
    assert torch.equal(one, again)


def test_a_training_alone_shows_its_progress(bars):
    fit(seeds=(3,))
    assert bars == ["seed 3"]


@pytest.mark.parametrize(
    ("tagger", "message"),
    [
        ({"architecture": "gru", "network": {}}, "no architecture 'gru'"),
        ({"architecture": "word_lstm", "network": {"hidden": 2}}, "'word_lstm' do not fit"),
    ],
)
def test_a_wrong_setting_is_named(tagger, message):
    training = TaggerTraining(epochs=1, batch_size=5).model_dump()
    with pytest.raises(SettingError, match=message):
        fit_taggers([task()], tagger=tagger, training=training, compute=COMPUTE)
