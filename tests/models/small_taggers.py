"""A few sentences, and small taggers of them."""

import torch
from torch import nn

from dl_pipelines.data.sentences import Sentences
from dl_pipelines.models.taggers import build_tagger

SIZES = {"words": 8, "characters": 6, "affixes": (4, 3), "labels": (3, 4)}
LENGTHS = [2, 5, 1, 3]
ALL = range(len(LENGTHS))
LETTERS = {"character_embedding": 3, "character_hidden": 2, "affix_embedding": 2}
# A new architecture states here the smallest settings, and those that use all of its parts.
SETTINGS = {
    "word_lstm": [{"embedding": 3, "hidden": 4}],
    "char_bilstm": [
        {"embedding": 3, "hidden": 2, "layers": 1} | LETTERS,
        {"embedding": 3, "hidden": 4, "layers": 3, "dropout": 0.2, "crf": True} | LETTERS,
    ],
}


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
