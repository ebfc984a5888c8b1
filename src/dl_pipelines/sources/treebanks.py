"""Sentences with their parts of speech: the book's, and where the public has a treebank."""

import pandas as pd

from dl_pipelines.sources.files import RemoteFile

# Part → how the names of a treebank's files end; UD calls the validation part dev.
ENDINGS = {
    "train": "-ud-train.conllu",
    "valid": "-ud-dev.conllu",
    "test": "-ud-test.conllu",
}

# English Web Treebank (Silveira et al. 2014) of Universal Dependencies 2.16: 16,622 sentences. The
# commit is that of the release's tag.
_EWT_ADDRESSES = (
    "https://raw.githubusercontent.com/UniversalDependencies/UD_English-EWT/r2.16",
    "https://github.com/UniversalDependencies/UD_English-EWT/raw/4c89b5833a70aa5ed3a00bad2f23f57992cc7df8",
)
_EWT_DIGESTS = {
    "train": "3fb78e2b55482c8ee00caa653af436c88c9e5bc9a73ce26e4ae3ddc79d2b7e7b",
    "valid": "531a54ff90d6ab12201c5a50c3e78e6ddac4de69abc4bce5d275d3cd29efe2b6",
    "test": "e266e515a0a7547657ed3d90d9ba46487d6bd251f27ad4269d4e8a427c8555cd",
}
EWT = {
    part: RemoteFile(
        mirror=f"pos/en_ewt{ending}",
        urls=tuple(f"{address}/en_ewt{ending}" for address in _EWT_ADDRESSES),
        digest=_EWT_DIGESTS[part],
    )
    for part, ending in ENDINGS.items()
}

BOOK_SOURCE = "the book's three sentences (section 7.7)"
_BOOK = (
    ("train", "The cat ate the fish", "DET NN V DET NN"),
    ("train", "They read that book", "NN V DET NN"),
    ("test", "They ate the fish", "NN V DET NN"),
)


def book_tokens() -> pd.DataFrame:
    """The sentences of the book's tagger, section 7.7: two to train, one to test.

    Returns:
        One row a word: part (train or test), sentence (int64, from 0 within the part), position
        (int64, from 0), form, tag (DET, NN or V), xpos, feats and deprel (all empty), space_after
        (True).
    """
    parts = [part for part, _, _ in _BOOK]
    rows = [
        (part, parts[:number].count(part), position, form, tag, "", "", "", True)
        for number, (part, forms, tags) in enumerate(_BOOK)
        for position, (form, tag) in enumerate(zip(forms.split(), tags.split(), strict=True))
    ]
    columns = ["part", "sentence", "position", "form", "tag", "xpos", "feats", "deprel"]
    return pd.DataFrame(rows, columns=[*columns, "space_after"])
