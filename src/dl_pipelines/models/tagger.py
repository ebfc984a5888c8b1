"""Taggers: from the words of sentences to scores of tags.

All words of a batch lie in one row, in the order of time, as packed sequences have them: first
words of all sentences, then second words, the longest sentence first.

Shapes: W words of a batch, S steps (words of the longest sentence), U distinct forms, L characters,
A kinds of affixes, E features of a word, H hidden units of a direction, C values of a kind of
label.
"""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from dl_pipelines.models.crf import LinearChainCRF, WordByWord


class Words(Protocol):
    """What a tagger takes of a batch; `data.sentences.SentenceBatch` has it.

    Attributes:
        words: Number of each word, int64 [W].
        spelling: Characters of each distinct form, int64 [U, L], 0 behind the last one.
        affixes: Prefixes and suffixes of each distinct form, int64 [U, A].
        spelt: Row of each word in `spelling` and `affixes`, int64 [W].
        steps: Words at each step, int64 [S], descending, on the CPU.
    """

    @property
    def words(self) -> Tensor: ...  # noqa: D102  see above
    @property
    def spelling(self) -> Tensor: ...  # noqa: D102
    @property
    def affixes(self) -> Tensor: ...  # noqa: D102
    @property
    def spelt(self) -> Tensor: ...  # noqa: D102
    @property
    def steps(self) -> Tensor: ...  # noqa: D102


class WordTagger(nn.Module):
    """The book's tagger (7.7): embedding, LSTM from left to right, linear layer.

    It knows a word by its number only: all words that it has not learnt from are one to it.
    """

    def __init__(
        self,
        *,
        words: int,
        characters: int,
        affixes: Sequence[int],
        labels: Sequence[int],
        embedding: int,
        hidden: int,
    ) -> None:
        """Build the network.

        Args:
            words: Numbers of words, 0 (any other word) included.
            characters: Not read.
            affixes: Not read.
            labels: Values of each kind of label; the first kind is what is predicted.
            embedding: Features of a word, E.
            hidden: Units of the LSTM, H.
        """
        super().__init__()
        self.embedding = nn.Embedding(words, embedding)
        self.lstm = nn.LSTM(embedding, hidden)
        self.heads = nn.ModuleList(nn.Linear(hidden, count) for count in labels)
        self.decoder = WordByWord()

    def forward(self, batch: Words) -> list[Tensor]:
        """Score each kind of label of each word, [W, C] each."""
        states, *_ = self.lstm(PackedSequence(self.embedding(batch.words), batch.steps))
        return [head(states.data) for head in self.heads]


class CharacterTagger(nn.Module):
    """Word, affix and character features, a bidirectional LSTM, and a linear layer or a CRF.

    The characters of a word are read by a bidirectional LSTM of their own, so that words never
    seen are known by their endings and capitals (Ling et al. 2015; Plank et al. 2016); prefixes
    and suffixes have features of their own beside it. Dropout is variational (Gal and Ghahramani
    2016): one mask for all words of a sentence. Further kinds of labels can be learnt beside the
    tags from the same states; they help to find good ones.
    """

    def __init__(
        self,
        *,
        words: int,
        characters: int,
        affixes: Sequence[int],
        labels: Sequence[int],
        embedding: int,
        character_embedding: int,
        character_hidden: int,
        affix_embedding: int,
        hidden: int,
        layers: int = 2,
        dropout: float = 0.0,
        crf: bool = False,
    ) -> None:
        """Build the network.

        Args:
            words: Numbers of words, 0 (any other word) included.
            characters: Numbers of characters, 0 (none) and 1 (any other) included.
            affixes: Numbers of each kind of affixes, 0 (any other) included.
            labels: Values of each kind of label; the first kind is what is predicted.
            embedding: Features of a word by its number.
            character_embedding: Features of a character.
            character_hidden: Units of a direction of the LSTM over characters.
            affix_embedding: Features of an affix.
            hidden: Units of a direction of each LSTM over words, H.
            layers: LSTMs over words on top of each other.
            dropout: Probability that a feature of a sentence is dropped in training.
            crf: Whether tags are decoded by a conditional random field.
        """
        super().__init__()
        self.embedding = nn.Embedding(words, embedding)
        nn.init.normal_(self.embedding.weight, std=embedding**-0.5)
        self.speller = Speller(characters, character_embedding, character_hidden)
        self.affixes = nn.ModuleList(nn.Embedding(count, affix_embedding) for count in affixes)
        features = embedding + 2 * character_hidden + len(affixes) * affix_embedding  # E
        sizes = [features, *[2 * hidden] * layers]
        self.lstms = nn.ModuleList(nn.LSTM(size, hidden, bidirectional=True) for size in sizes[:-1])
        self.dropout = VariationalDropout(dropout)
        self.heads = nn.ModuleList(nn.Linear(sizes[-1], count) for count in labels)
        self.decoder = LinearChainCRF(labels[0]) if crf else WordByWord()

    def forward(self, batch: Words) -> list[Tensor]:
        """Score each kind of label of each word, [W, C] each."""
        affixes = [
            table(column) for table, column in zip(self.affixes, batch.affixes.T, strict=True)
        ]
        letters = torch.cat([self.speller(batch.spelling), *affixes], dim=1)  # [U, …]
        x = torch.cat([self.embedding(batch.words), letters[batch.spelt]], dim=1)  # [W, E]
        for lstm in self.lstms:
            states, *_ = lstm(PackedSequence(self.dropout(x, batch.steps), batch.steps))
            x = states.data  # [W, 2 H]
        x = self.dropout(x, batch.steps)
        return [head(x) for head in self.heads]


class Speller(nn.Module):
    """A bidirectional LSTM over the characters of a word; its last states on both sides.

    A character that was never read (1) has features of 0: it says nothing, and nothing is learnt
    of it.
    """

    def __init__(self, characters: int, embedding: int, hidden: int) -> None:
        """Build it for so many `characters`, features of one and units of a direction."""
        super().__init__()
        self.embedding = nn.Embedding(characters, embedding, padding_idx=0)
        with torch.no_grad():
            self.embedding.weight[1].zero_()
        self.lstm = nn.LSTM(embedding, hidden, bidirectional=True, batch_first=True)

    def forward(self, spelling: Tensor) -> Tensor:
        """Read forms, int64 [U, L] -> [U, 2 · hidden]."""
        lengths = (spelling > 0).sum(dim=1).cpu()
        packed = pack_padded_sequence(
            self.embedding(spelling), lengths, batch_first=True, enforce_sorted=False
        )
        _, (last, _) = self.lstm(packed)
        return torch.cat([last[0], last[1]], dim=1)


class VariationalDropout(nn.Module):
    """Dropout with one mask for all words of a sentence (Gal and Ghahramani 2016)."""

    def __init__(self, probability: float) -> None:
        """Drop features with this `probability`."""
        super().__init__()
        self.probability = probability

    def forward(self, x: Tensor, steps: Tensor) -> Tensor:
        """Drop features of sentences whose words lie in the order of time, [W, E] -> [W, E]."""
        if not self.training or not self.probability:
            return x
        kept = 1.0 - self.probability
        masks = torch.empty(int(steps[0]), x.shape[1], device=x.device).bernoulli_(kept) / kept
        sentence = torch.cat([torch.arange(count) for count in steps.tolist()]).to(x.device)
        return x * masks[sentence]
