"""Weights of taggers: packed with their vocabulary and with what they belong to.

Shapes: S seeds, T words, C tags.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from dl_pipelines.data.vocabulary import Vocabulary
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Compute, Settings
from dl_pipelines.params.tagging import Tagger
from dl_pipelines.pipelines.belonging import check_identity
from dl_pipelines.pipelines.members import pack_seeds, states_by_seed
from dl_pipelines.training.checkpoints import fingerprint
from dl_pipelines.training.taggers import Fit, predict_tags

NODE = "train_holdout"


def pack_weights(
    fits: Sequence[Fit],
    seeds: Sequence[int],
    tagger: Tagger,
    vocabulary: Vocabulary,
    *,
    identity: str,
    treebank: str,
) -> Weights:
    """The networks of all seeds in one file that says what they are and what they know.

    Args:
        fits: One a seed.
        seeds: The seeds.
        tagger: What they are.
        vocabulary: What they have learnt from.
        identity: Of `tagger_identity`.
        treebank: What the sentences are called.
    """
    header = {
        **tagger.model_dump(mode="json"),
        "vocabulary": vocabulary.to_dict(),
        "predicts": "probability of each tag",
        "identity": identity,
        "treebank": treebank,
    }
    return pack_seeds([fit.state for fit in fits], seeds, header)


def tagger_identity(tokens: pd.DataFrame, tagger: Tagger, learning: Sequence[Settings]) -> str:
    """What taggers belong to: what they are, what they have learnt from, and how.

    Args:
        tokens: The sentences that they learn from and validate on.
        tagger: What they are; another `name` is no other network.
        learning: How they have learnt.
    """
    settings = {type(one).__name__: one.model_dump() for one in learning}
    settings["network"] = tagger.model_dump(exclude={"name"})
    rows = pd.util.hash_pandas_object(tokens, index=False).to_numpy()
    return fingerprint(settings, [torch.from_numpy(rows.copy().view(np.int64))])


def check_weights(weights: Weights, identity: str, tagger: Tagger) -> None:
    """Find weights that belong to other settings or other sentences.

    Raises:
        SettingError: If they do.
    """
    check_identity(weights, identity, name=tagger.name, rows="sentences", node=NODE)


def tag(
    tokens: pd.DataFrame, weights: Weights, compute: Compute
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tag sentences, by each network and by the mean of all networks' probabilities.

    Args:
        tokens: Columns part, sentence, position and form, whole sentences in their order, and
            possibly tag.
        weights: The networks.
        compute: Where they compute.

    Returns:
        Columns part, sentence, position, form, actual (where there were tags), predicted,
        confidence (probability of the predicted tag), known (whether the networks have learnt
        from the form) and seed; and the same of the vote, without seed.
    """
    vocabulary = Vocabulary.from_dict(weights.header["vocabulary"])
    by_seed = predict_tags(
        weights.header,
        [*states_by_seed(weights).values()],
        vocabulary.encode(tokens),
        sizes=vocabulary.sizes,
        compute=compute.model_dump(),
    ).numpy()  # [S, T, C]
    told = tokens.reindex(columns=["part", "sentence", "position", "form", "tag"])
    told = told.rename(columns={"tag": "actual"}).dropna(axis=1, how="all")
    told["known"] = vocabulary.knows(told["form"])
    tags = np.array(vocabulary.tags)

    def tagged(probabilities: NDArray[np.float64]) -> pd.DataFrame:
        best = probabilities.argmax(axis=1)
        return told.assign(predicted=tags[best], confidence=probabilities.max(axis=1))

    seeds = zip(weights.header["seeds"], by_seed, strict=True)
    alone = [tagged(probabilities).assign(seed=seed) for seed, probabilities in seeds]
    return pd.concat(alone, ignore_index=True), tagged(by_seed.mean(axis=0))
