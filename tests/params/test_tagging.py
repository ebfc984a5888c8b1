import inspect
from dataclasses import fields

import pytest

from dl_pipelines.data.vocabulary import Vocabulary
from dl_pipelines.errors import SettingError
from dl_pipelines.models.taggers import TAGGERS, build_tagger
from dl_pipelines.params.tagging import (
    CharacterNet,
    Reading,
    SentenceFolds,
    SentenceHoldout,
    Tagger,
    TaggerTraining,
    TaggingLoss,
    TagReport,
    TextToTag,
    WordNet,
)
from dl_pipelines.training.tagging import tagging_step

SIZES = {"words": 4, "characters": 3, "affixes": (), "labels": (2,)}
WORDS = {"embedding": 3, "hidden": 4}
LETTERS = WORDS | {"character_embedding": 2, "character_hidden": 2}
KINDS = {"word_lstm": (WordNet, WORDS), "char_bilstm": (CharacterNet, LETTERS)}


def choices(settings, field):
    return set(settings.model_fields[field].annotation.__args__)


@pytest.mark.parametrize("architecture", TAGGERS)
def test_a_network_has_the_settings_of_its_architecture(architecture):
    kind, given = KINDS[architecture]
    settings = Tagger(name="any", architecture=architecture, network=given)
    assert type(settings.network) is kind
    assert Tagger.model_validate(settings.model_dump(mode="json")) == settings
    assert settings.network.model_dump().items() >= given.items()
    build_tagger(architecture, settings.network.model_dump(), **SIZES)


@pytest.mark.parametrize("architecture", TAGGERS)
def test_settings_and_defaults_are_those_of_the_builders(architecture):
    kind, given = KINDS[architecture]
    parameters = inspect.signature(TAGGERS[architecture]).parameters.values()
    own = {p.name: p.default for p in parameters if p.name not in SIZES}
    assert kind.model_fields.keys() == own.keys()
    defaults = {name: value for name, value in own.items() if value is not inspect.Parameter.empty}
    assert kind(**given).model_dump().items() >= defaults.items()


def test_choices_are_those_of_the_code():
    assert choices(Tagger, "architecture") == choices(TagReport, "judged") == set(TAGGERS)
    parameters = inspect.signature(tagging_step).parameters
    assert TaggingLoss.model_fields.keys() <= parameters.keys()
    assert Reading.model_fields.keys() <= {field.name for field in fields(Vocabulary)}
    options = inspect.signature(Vocabulary.fit).parameters
    assert {name: options[name].default for name in Reading.model_fields} == Reading().model_dump()


def test_tags_come_before_the_further_labels():
    training = TaggerTraining(epochs=1, batch_size=8)
    assert training.kinds == ("tag",)
    assert training.loss.model_dump() == {"word_dropout": 0.0, "further_weight": 0.0}
    further = training.model_copy(update={"further": ("feats", "xpos")})
    assert further.kinds == ("tag", "feats", "xpos")


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (Tagger, {"architecture": "word_lstm", "network": WORDS | {"layers": 2}}, "no .*'layers'"),
        (Tagger, {"architecture": "char_bilstm", "network": WORDS}, "'character_embedding' is mis"),
        (Tagger, {"architecture": "word_lstm", "network": 3}, "'network.WordNet' is 3"),
        (
            Tagger,
            {"architecture": "char_bilstm", "network": LETTERS | {"dropout": 1.0}},
            "'dropout' is 1.0",
        ),
        (Tagger, {"architecture": "gru", "network": LETTERS}, "^'architecture' is 'gru'"),
        (Tagger, {"reading": {"affixes": -1}}, "'reading.affixes' is -1"),
        (TaggerTraining, {"loss": {"name": "mse"}}, "no setting 'loss.name'"),
        (TaggerTraining, {"loss": {"word_dropout": -0.5}}, "'loss.word_dropout' is -0.5"),
        (TaggerTraining, {"loss": {"word_dropout": float("inf")}}, "'loss.word_dropout' is inf"),
        (TaggerTraining, {"further": ["lemma"]}, "'further.0' is 'lemma'"),
        (TaggerTraining, {"batch_size": 0}, "'batch_size' is 0"),
        (SentenceFolds, {"folds": 1}, "folds is 1: set it to 2 or more, or to 0"),
        (SentenceFolds, {"folds": -1}, "'folds' is -1"),
        (SentenceHoldout, {"sentences": 0}, "'sentences' is 0"),
        (TagReport, {"judged": "crf"}, "'judged' is 'crf'"),
        (TagReport, {"shown": 0}, "'shown' is 0"),
        (TextToTag, {"text": "a"}, "no setting 'text'"),
    ],
)
def test_a_wrong_setting_is_named(kind, settings, message):
    required = {
        **{"name": "any", "architecture": "word_lstm", "network": WORDS},
        **{"epochs": 1, "batch_size": 8, "judged": "word_lstm"},
    }
    known = {key: value for key, value in required.items() if key in kind.model_fields}
    with pytest.raises(SettingError, match=message):
        kind.model_validate(known | settings)
