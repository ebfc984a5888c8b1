"""Words, their letters and their labels, as numbers, as far as the training sentences hold them.

Shapes: T words of all sentences, N sentences, F distinct forms, L characters, A kinds of affixes,
K kinds of labels.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from dl_pipelines.data.sentences import UNSEEN, Sentences

MAX_CHARACTERS = 40  # of a longer form, mostly a web address, the two ends are read
_UNKNOWN_CHARACTER = 1  # 0 is no character
_SHARED = 2  # forms that must have an affix for it to be told apart


@dataclass(frozen=True)
class Vocabulary:
    """What the training sentences hold; everything else is unknown.

    Attributes:
        forms: Words as they were written → how often; also words with vectors from elsewhere, 0.
        lower_case: Whether words that differ in capitals only have one number.
        characters: Those of the forms; numbered from 2, for 0 is none and 1 any other.
        affixes: Prefixes of 1, 2, … letters, then suffixes, that several forms have; each kind is
            numbered from 1, for 0 is any other.
        labels: Kind of label (a column of tokens) → its values; the kind that is predicted first.
    """

    forms: Mapping[str, int]
    lower_case: bool
    characters: tuple[str, ...]
    affixes: tuple[tuple[str, ...], ...]
    labels: Mapping[str, tuple[str, ...]]

    @classmethod
    def fit(
        cls,
        tokens: pd.DataFrame,
        kinds: Sequence[str] = ("tag",),
        *,
        lower_case: bool = False,
        affixes: int = 0,
        more: Sequence[str] = (),
    ) -> Self:
        """Collect what there is in sentences.

        Args:
            tokens: The training words: form, and a column for each of `kinds`.
            kinds: Columns of labels to learn.
            lower_case: See the attribute.
            affixes: Letters of the longest prefix and suffix; 0 for none.
            more: Further words to tell apart, which have vectors from elsewhere.
        """
        forms = Counter(tokens["form"])
        affixed = zip(*(_affixes(form, affixes) for form in forms), strict=True)
        return cls(
            forms=forms | {word: 0 for word in more if word not in forms},
            lower_case=lower_case,
            characters=tuple(sorted(set("".join(forms)))),
            affixes=tuple(
                tuple(sorted(affix for affix, count in Counter(kind).items() if count >= _SHARED))
                for kind in affixed
            ),
            labels={kind: tuple(sorted(tokens[kind].unique())) for kind in kinds},
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Take what `to_dict` gave, perhaps by way of JSON."""
        return cls(
            forms=dict(values["forms"]),
            lower_case=values["lower_case"],
            characters=tuple(values["characters"]),
            affixes=tuple(map(tuple, values["affixes"])),
            labels={kind: tuple(of) for kind, of in values["labels"]},
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values; what has an order is a list, for JSON may sort the keys of a mapping."""
        return asdict(self) | {
            "forms": [*self.forms.items()],
            "labels": [*self.labels.items()],
        }

    @cached_property
    def words(self) -> dict[str, int]:
        """What has a number of its own, in the order of the numbers from 1 → how often it was read.

        0 is any other word.
        """
        words: Counter[str] = Counter()
        for form, count in self.forms.items():
            words[self.key(form)] += count
        return dict(words)

    @property
    def tags(self) -> tuple[str, ...]:
        """The labels that are predicted."""
        return next(iter(self.labels.values()))

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network of this vocabulary is built with; see `models.tagger`."""
        return {
            "words": len(self.words) + 1,
            "characters": len(self.characters) + 2,
            "affixes": tuple(len(kind) + 1 for kind in self.affixes),
            "labels": tuple(map(len, self.labels.values())),
        }

    def knows(self, forms: pd.Series) -> "pd.Series[bool]":
        """Whether forms were read, exactly as they are written."""
        return forms.isin([form for form, count in self.forms.items() if count])

    def encode(self, tokens: pd.DataFrame) -> Sentences:
        """Turn sentences into numbers.

        Args:
            tokens: Columns part, sentence and form, whole sentences in their order, and possibly
                the kinds of labels; where a kind is missing, or a label was never learnt, it is
                `UNSEEN`.
        """
        codes, distinct = pd.factorize(tokens["form"])
        labels = [
            _places(tokens[kind], values) if kind in tokens else np.full(len(tokens), UNSEEN)
            for kind, values in self.labels.items()
        ]
        lengths = tokens.groupby(["part", "sentence"], sort=False).size()
        words = _places([self.key(form) for form in distinct], [*self.words], 1, unknown=0)
        spelt = [_affixes(form, len(self.affixes) // 2) for form in distinct]
        kinds = zip(zip(*spelt, strict=True), self.affixes, strict=True)
        affixes = [_places(column, known, 1, unknown=0) for column, known in kinds]
        shape = (len(distinct), len(self.affixes))
        return Sentences(
            words=torch.from_numpy(words[codes]),
            forms=torch.from_numpy(codes.astype(np.int64)),
            labels=torch.from_numpy(np.column_stack(labels).astype(np.int64)),
            lengths=torch.from_numpy(lengths.to_numpy(np.int64, copy=True)),
            spelling=self._spell([*distinct]),
            affixes=torch.from_numpy(np.array(affixes, dtype=np.int64).T.reshape(shape)),
        )

    def key(self, form: str) -> str:
        """What has the number of a form."""
        return form.lower() if self.lower_case else form

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


def _affixes(form: str, longest: int) -> list[str]:
    """Prefixes of 1, 2, … letters, then suffixes, in small letters."""
    small = form.lower()
    sizes = range(1, longest + 1)
    return [*(small[:size] for size in sizes), *(small[-size:] for size in sizes)]


def _places(
    values: Sequence[str] | pd.Series,
    known: Sequence[str],
    first: int = 0,
    *,
    unknown: int = UNSEEN,
) -> NDArray[np.int64]:
    """Place of each value among those known, counted from `first`."""
    codes = pd.Index([*known], dtype="str").get_indexer(pd.Index([*values], dtype="str"))
    return np.where(codes < 0, unknown, codes + first).astype(np.int64)
