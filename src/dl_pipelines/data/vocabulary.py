"""Words, characters and labels of the sentences that a tagger learns from, as numbers.

Shapes: T words of all sentences, N sentences, F distinct forms, L characters, K kinds of labels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from dl_pipelines.data.sentences import UNSEEN, Sentences

MAX_CHARACTERS = 40  # of a longer form, mostly a web address, the two ends are read
_UNKNOWN_CHARACTER = 1  # 0 is no character


@dataclass(frozen=True)
class Vocabulary:
    """What the training sentences hold; everything else is unknown.

    Attributes:
        words: Their forms; numbered from 1, for 0 is any other form.
        counts: How often each of them was read.
        characters: Their characters; numbered from 2, for 0 is none and 1 any other.
        labels: Kind of label (a column of tokens) → its values; the kind that is predicted first.
    """

    words: tuple[str, ...]
    counts: tuple[int, ...]
    characters: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]

    @classmethod
    def fit(
        cls, tokens: pd.DataFrame, kinds: Sequence[str] = ("tag",), more: Sequence[str] = ()
    ) -> Self:
        """Collect what there is in sentences.

        Args:
            tokens: The training words: form, and a column for each of `kinds`.
            kinds: Columns of labels to learn.
            more: Further words to tell apart, which have vectors from elsewhere.
        """
        counts = tokens["form"].value_counts(sort=False)
        counts = counts.reindex(pd.Index([*dict.fromkeys([*counts.index, *more])]), fill_value=0)
        return cls(
            words=tuple(counts.index),
            counts=tuple(counts.tolist()),
            characters=tuple(sorted(set("".join(tokens["form"].unique())))),
            labels={kind: tuple(sorted(tokens[kind].unique())) for kind in kinds},
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Take what `to_dict` gave, perhaps by way of JSON."""
        lists = {name: tuple(values[name]) for name in ("words", "counts", "characters")}
        return cls(**lists, labels={kind: tuple(of) for kind, of in values["labels"].items()})

    def to_dict(self) -> dict[str, Any]:
        """Plain lists."""
        return asdict(self)

    @property
    def tags(self) -> tuple[str, ...]:
        """The labels that are predicted."""
        return next(iter(self.labels.values()))

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network of this vocabulary is built with: words, characters and labels."""
        return {
            "words": len(self.words) + 1,
            "characters": len(self.characters) + 2,
            "labels": tuple(map(len, self.labels.values())),
        }

    def encode(self, tokens: pd.DataFrame) -> Sentences:
        """Turn sentences into numbers.

        Args:
            tokens: Columns part, sentence and form, whole sentences in their order, and possibly
                the kinds of labels; where a kind is missing, or a label was never learnt, it is
                `UNSEEN`.
        """
        forms, distinct = pd.factorize(tokens["form"])
        labels = [
            _numbers(tokens[kind], values) if kind in tokens else np.full(len(tokens), UNSEEN)
            for kind, values in self.labels.items()
        ]
        lengths = tokens.groupby(["part", "sentence"], sort=False).size()
        return Sentences(
            words=torch.from_numpy(_numbers(tokens["form"], self.words, 1, unknown=0)),
            forms=torch.from_numpy(forms.astype(np.int64)),
            labels=torch.from_numpy(np.column_stack(labels).astype(np.int64)),
            lengths=torch.from_numpy(lengths.to_numpy(np.int64, copy=True)),
            spelling=self._spell([*distinct]),
        )

    def _spell(self, forms: Sequence[str]) -> Tensor:
        """Characters of each form, int64 [F, L], with 0 behind the last one."""
        numbers = {character: number for number, character in enumerate(self.characters, start=2)}
        half = MAX_CHARACTERS // 2
        spelt = [
            form if len(form) <= MAX_CHARACTERS else form[:half] + form[-half:] for form in forms
        ]
        spelling = torch.zeros(len(spelt), max(map(len, spelt), default=0), dtype=torch.int64)
        for row, form in enumerate(spelt):
            known = [numbers.get(character, _UNKNOWN_CHARACTER) for character in form]
            spelling[row, : len(form)] = torch.tensor(known)
        return spelling


def _numbers(
    values: pd.Series, known: Sequence[str], first: int = 0, *, unknown: int = UNSEEN
) -> NDArray[np.int64]:
    """Place of each value among those known, counted from `first`."""
    codes = pd.Index(known).get_indexer(pd.Index(values))
    return np.where(codes < 0, unknown, codes + first).astype(np.int64)
