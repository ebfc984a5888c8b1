"""Sentences as one long row of words, and batches of them bucketed by length.

A batch holds its words in the order of time, the first words of all sentences, then the second
ones …, the longest sentence first: torch's packed sequences lie so, and no place is spent on
padding.

Shapes: T words of all sentences, N sentences, F distinct forms, L characters of the longest form,
A kinds of affixes, K kinds of labels; of a batch: W words, S steps (words of the longest
sentence), U distinct forms.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dl_pipelines.data.epoch_order import EpochOrder

UNSEEN = -100  # a label that is not known; torch's cross entropy leaves it out
_JITTER = 4.0  # words by which lengths are blurred, so that each epoch has other batches


class SentenceBatch(NamedTuple):
    """What a tagger takes and what it learns, words in the order of time.

    Attributes:
        words: Number of each word, int64 [W].
        spelling: Characters of each distinct form, int64 [U, L], 0 behind the last one.
        affixes: Prefixes and suffixes of each distinct form, int64 [U, A].
        spelt: Row of each word in `spelling` and `affixes`, int64 [W].
        steps: Words at each step, int64 [S], descending; on the CPU, where packed sequences want
            it.
        labels: Labels of each word, int64 [W, K].
    """

    words: Tensor
    spelling: Tensor
    affixes: Tensor
    spelt: Tensor
    steps: Tensor
    labels: Tensor


class Sentences(NamedTuple):
    """Encoded sentences, one behind the other.

    Attributes:
        words: Number of each word in the vocabulary, int64 [T].
        forms: Row of its spelling, int64 [T].
        labels: Its labels, int64 [T, K]; `UNSEEN` where not known.
        lengths: Words of each sentence, int64 [N].
        spelling: Characters of each distinct form, int64 [F, L], 0 behind the last one.
        affixes: Prefixes and suffixes of each distinct form, int64 [F, A].
    """

    words: Tensor
    forms: Tensor
    labels: Tensor
    lengths: Tensor
    spelling: Tensor
    affixes: Tensor

    def places(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Where the words of some sentences stand, in the order of time.

        Args:
            rows: The sentences, in any order.

        Returns:
            Their words as places among the T, [W], and how many there are at each step, [S].
        """
        ends = self.lengths.cumsum(0)
        rows = rows[torch.argsort(self.lengths[rows], descending=True, stable=True)]
        lengths = self.lengths[rows]
        steps = torch.arange(int(lengths[0]), device=lengths.device)[:, None]
        present = steps < lengths  # [S, sentences]
        return ((ends[rows] - lengths) + steps)[present], present.sum(dim=1)

    def batch(self, places: Tensor, steps: Tensor) -> SentenceBatch:
        """What a tagger takes of the words at `places`; see `places`."""
        forms, spelt = torch.unique(self.forms[places], return_inverse=True)
        spelling = self.spelling[forms]
        longest = int((spelling > 0).sum(dim=1).max())
        return SentenceBatch(
            words=self.words[places],
            spelling=spelling[:, :longest],
            affixes=self.affixes[forms],
            spelt=spelt,
            steps=steps.cpu(),
            labels=self.labels[places],
        )


class SentenceBatches:
    """Batches of about equally many words; each `for` over the object is one epoch.

    Sentences of about one length go together, so that few steps are spent on a single long one.
    """

    def __init__(self, sentences: Sentences, batch_size: int, *, shuffle: bool, seed: int) -> None:
        """Batch sentences.

        Args:
            sentences: Encoded, on one device.
            batch_size: Words a batch, about; a sentence that has more is a batch of its own.
            shuffle: Whether each epoch draws other batches, and those in random order.
            seed: Seed of that.
        """
        self.sentences = sentences
        self._shuffle = shuffle
        self._sizes = bucket_sizes(sentences.lengths, batch_size)
        self._order = EpochOrder(self._rows, seed)

    def __len__(self) -> int:
        """Batches an epoch."""
        return len(self._sizes)

    def __iter__(self) -> Iterator[SentenceBatch]:
        """Run one epoch, or the rest of one after `load_state_dict`."""
        for rows in self._order:
            yield self.sentences.batch(*self.sentences.places(rows))

    def _rows(self, generator: torch.Generator) -> Sequence[Tensor]:
        """The sentences of each batch of an epoch."""
        blurred = generator if self._shuffle else None
        return buckets(self.sentences.lengths, self._sizes, generator=blurred)

    def state_dict(self) -> dict[str, Any]:
        """Where the epoch stands."""
        return self._order.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Let the next `for` go on where `state` was taken."""
        self._order.load_state_dict(state)


def bucket_sizes(lengths: Tensor, size: int) -> list[int]:
    """How many sentences each bucket of about equally many words holds, the shortest ones first.

    Args:
        lengths: Words of each sentence, [N].
        size: Words a bucket, about.
    """
    ordered = lengths.cpu().sort().values
    words = int(ordered.sum())
    count = math.ceil(words / size)
    middles = ordered.cumsum(0) - ordered / 2
    bucket = (middles * count / words).long().clamp(max=count - 1)
    return [held for held in torch.bincount(bucket).tolist() if held]


def buckets(
    lengths: Tensor, sizes: Sequence[int], *, generator: torch.Generator | None = None
) -> list[Tensor]:
    """Part sentences by their length.

    Args:
        lengths: Words of each sentence, [N].
        sizes: Sentences of each bucket; see `bucket_sizes`.
        generator: Blurs the lengths a little and draws the order of the buckets, on the CPU, so
            that every device sees the same ones; None for an ascending order.

    Returns:
        The sentences of each bucket.
    """
    keys = lengths.cpu().double()
    if generator is not None:
        keys = keys + torch.rand(len(lengths), generator=generator) * _JITTER
    order = torch.argsort(keys, stable=True).to(lengths.device)
    parts = torch.split(order, list(sizes))
    if generator is None:
        return list(parts)
    drawn = torch.randperm(len(parts), generator=generator).tolist()
    return [parts[number] for number in drawn]
