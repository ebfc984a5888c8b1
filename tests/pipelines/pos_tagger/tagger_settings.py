"""Settings of nodes that are called without a project: tiny networks, trained for moments."""

from typing import Any

import pandas as pd

from dl_pipelines.io.conllu import parse_conllu
from dl_pipelines.io.word_vectors import WordVectorsDataset
from dl_pipelines.params import Checkpoints, Compute, Optimizer
from dl_pipelines.params.tagging import SentenceFolds, SentenceHoldout, Tagger, TaggerTraining
from tests.io.conllu_files import conllu
from tests.pipelines.pos_tagger.conftest import CHARACTERS
from tests.pipelines.pos_tagger.small_treebank import SIZE, Sentence, sentences

WORDS = Tagger.model_validate(
    {
        "name": "words",
        "architecture": "word_lstm",
        "network": {"embedding": SIZE, "hidden": 3},
    }
)
LETTERS = Tagger.model_validate(
    {
        "name": "letters",
        "architecture": "char_bilstm",
        "reading": {"lower_case": True, "affixes": 2},
        "network": {"embedding": SIZE, "hidden": 3, "layers": 1, "dropout": 0.3, **CHARACTERS},
    }
)
SETTINGS: dict[str, Any] = {
    "holdout": SentenceHoldout(),
    "kfold": SentenceFolds(folds=2),
    "training": TaggerTraining(epochs=2, batch_size=20, optimizer=Optimizer(lr=0.02)),
    "compute": Compute(device="cpu", backend="sequential"),
    "checkpoints": Checkpoints(folder=None),
    "vectors": WordVectorsDataset(None).load(),
    "data_report": {"treebank": "small"},
}


def treebank(parts: dict[str, list[Sentence]] | None = None) -> pd.DataFrame:
    """Words of all parts, as the first node hands them on."""
    parts = parts or sentences()
    frames = {part: parse_conllu(conllu(those), part) for part, those in parts.items()}
    return pd.concat(frames, names=["part"]).reset_index("part").reset_index(drop=True)
