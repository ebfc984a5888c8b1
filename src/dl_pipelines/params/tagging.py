"""Settings of the pipelines that tag words."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt, model_validator

from dl_pipelines.params.base import Settings
from dl_pipelines.params.training import Decay, Seed, Training


class WordNet(Settings):
    """Settings of `dl_pipelines.models.tagger.WordTagger`.

    Attributes:
        embedding: Features of a word.
        hidden: Units of the LSTM.
    """

    embedding: PositiveInt
    hidden: PositiveInt


class CharacterNet(WordNet):
    """Settings of `dl_pipelines.models.tagger.CharacterTagger`.

    Attributes:
        character_embedding: Features of a character.
        character_hidden: Units of a direction of the LSTM over characters.
        affix_embedding: Features of an affix.
        hidden: Units of a direction of an LSTM over words.
        layers: LSTMs over words.
        dropout: Probability that a feature of a sentence is dropped in training.
        crf: Whether tags are decoded by a conditional random field.
    """

    character_embedding: PositiveInt
    character_hidden: PositiveInt
    affix_embedding: PositiveInt = 16
    layers: PositiveInt = 2
    dropout: Decay = 0.0
    crf: bool = False


_NETWORKS: dict[str, type[WordNet]] = {"word_lstm": WordNet, "char_bilstm": CharacterNet}


class Reading(Settings):
    """What a network is told of a word.

    Attributes:
        lower_case: Whether words that differ in capitals only are one word; their characters still
            tell them apart.
        affixes: Letters of the longest prefix and suffix that have features; 0 for none.
    """

    lower_case: bool = False
    affixes: NonNegativeInt = 0


class Tagger(Settings):
    """A network that tags words.

    Attributes:
        name: What figures call it.
        reading: What it is told of a word.
        architecture: A key of `dl_pipelines.models.taggers.TAGGERS`.
        network: Settings of that architecture.
    """

    name: str
    reading: Reading = Reading()
    architecture: Literal["word_lstm", "char_bilstm"]
    network: WordNet | CharacterNet

    @model_validator(mode="before")
    @classmethod
    def _network_of_architecture(cls, settings: Any) -> Any:
        """Check the network's settings against its own architecture only."""
        if not isinstance(settings, Mapping) or not isinstance(settings.get("network"), Mapping):
            return settings
        kind = _NETWORKS.get(str(settings.get("architecture")))
        if kind is None:  # the architecture is what is wrong
            return {**settings, "network": WordNet.model_construct()}
        return {**settings, "network": kind.model_validate(settings["network"])}


class TaggingLoss(Settings):
    """What a tagger minimises beside the cross entropy of the tags.

    Attributes:
        word_dropout: A word that was read c times is taken for an unknown one with the probability
            a / (a + c), where this is a.
        further_weight: Weight of the loss of each kind of `further` labels.
    """

    word_dropout: NonNegativeFloat = Field(default=0.0, allow_inf_nan=False)
    further_weight: NonNegativeFloat = Field(default=0.0, allow_inf_nan=False)


class TaggerTraining(Training):
    """How a tagger is trained.

    Attributes:
        batch_size: Words a step, about; sentences stay whole.
        loss: The training loss.
        further: Further labels of the treebank that are learnt beside the tags, to find better
            features; the book's sentences have none.
    """

    # a step of its own, so a loss of its own, which is none of `training.losses`
    loss: TaggingLoss = TaggingLoss()  # type: ignore[assignment]
    further: tuple[Literal["xpos", "feats", "deprel"], ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """All columns of labels that are learnt, the tags first."""
        return ("tag", *self.further)


class SentenceHoldout(Settings):
    """Which sentences learn and validate; a treebank says itself which ones test.

    Attributes:
        sentences: Training sentences that are used, the first ones; all if null.
        tag_training: Whether networks tag these, too, to see whether they were learnt.
    """

    sentences: PositiveInt | None = None
    tag_training: bool = False


class SentenceFolds(Settings):
    """Cross-validation over the training sentences.

    Attributes:
        folds: Parts, k; 0 leaves it out.
        sentences: Training sentences that are parted, drawn at random; all if null.
        seed: Seed that draws and parts them.
    """

    folds: NonNegativeInt = 0
    sentences: PositiveInt | None = None
    seed: Seed = 0

    @model_validator(mode="after")
    def _none_or_several(self) -> "SentenceFolds":
        if self.folds == 1:
            raise ValueError("folds is 1: set it to 2 or more, or to 0 to leave k-fold out")
        return self


class TagReport(Settings):
    """What is judged and shown.

    Attributes:
        judged: The network whose figures have no prefix in the metrics.
        shown: Test sentences in the page and the figure.
    """

    judged: Literal["word_lstm", "char_bilstm"]
    shown: PositiveInt = 40


class TagBaseline(Settings):
    """A tagger that a network has to beat.

    Attributes:
        method: A key of `dl_pipelines.evaluation.tag_baselines.BASELINES`.
    """

    method: Literal["most_frequent", "affix_logistic"]


class TextToTag(Settings):
    """What `pos_tag` tags.

    Attributes:
        file: A text file in UTF-8; null where a `text` is given on the command line.
        spaced: Whether the text's words are separated by spaces already, a sentence a line, as
            must be for languages other than English; null for English if the tagger has learnt
            English, else to be told.
        shown: Sentences in the terminal and the figure.
    """

    file: str | None = None
    spaced: bool | None = None
    shown: PositiveInt = 6
