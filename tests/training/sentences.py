"""Small taggers of a few sentences."""

import torch

from dl_pipelines.data.vocabulary import Vocabulary
from dl_pipelines.models.taggers import build_tagger
from dl_pipelines.params.tagging import TaggerTraining
from dl_pipelines.training.tagging import train_tagger
from tests.tagged import tokens

LETTERS = {"character_embedding": 4, "character_hidden": 4, "affix_embedding": 2}
NETWORKS = {
    "word_lstm": ("word_lstm", {"embedding": 8, "hidden": 8}),
    "char_bilstm": ("char_bilstm", {"embedding": 6, "hidden": 6, "dropout": 0.2} | LETTERS),
    "crf": ("char_bilstm", {"embedding": 6, "hidden": 6, "crf": True} | LETTERS),
}
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
