import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_sequence

from dl_pipelines.data.sentences import SentenceBatches, Sentences, bucket_sizes, buckets

LENGTHS = st.lists(st.integers(1, 12), min_size=1, max_size=25)
quick = settings(max_examples=40, deadline=None)


def sentences(lengths, forms=5):
    """Sentences whose words are 0, 1, 2 … and whose forms have 1, 2, … characters."""
    words = torch.arange(sum(lengths))
    characters = torch.arange(1, forms + 1)
    return Sentences(
        words=words,
        forms=words * 7 % forms,
        labels=torch.stack([words * 10, words % 3], dim=1),
        lengths=torch.tensor(lengths),
        spelling=torch.where(characters <= characters[:, None], characters + 1, 0),
        affixes=torch.stack([characters * 2, characters * 3], dim=1),
    )


def batches(lengths, size=8, *, shuffle=True, seed=0):
    return SentenceBatches(sentences(lengths), size, shuffle=shuffle, seed=seed)


def epoch(made):
    return [batch.words.tolist() for batch in made]


def rows_of(batch, lengths):
    """The sentences of a batch, each as its words; all of them have to be whole."""
    rows = [[] for _ in range(batch.steps[0])]
    for words in torch.split(batch.words, batch.steps.tolist()):
        for row, word in zip(rows, words.tolist(), strict=False):
            row.append(word)
    ends = torch.tensor(lengths).cumsum(0).tolist()
    whole = {(end - length, end) for end, length in zip(ends, lengths, strict=True)}
    assert all(row == list(range(row[0], row[-1] + 1)) for row in rows)
    assert all((row[0], row[-1] + 1) in whole for row in rows)
    return rows


@quick
@given(lengths=LENGTHS, data=st.data())
def test_words_stand_as_in_packed_sequences(lengths, data):
    some = data.draw(st.lists(st.sampled_from(range(len(lengths))), min_size=1, unique=True))
    places, steps = sentences(lengths).places(torch.tensor(some))

    all_words = torch.split(torch.arange(sum(lengths)), lengths)
    descending = sorted(some, key=lambda row: -lengths[row])
    packed = pack_sequence([all_words[row] for row in descending])
    assert places.tolist() == packed.data.tolist()
    assert steps.tolist() == packed.batch_sizes.tolist()


def test_torch_sorts_sentences_in_the_same_way():
    lengths = [2, 5, 1, 4]
    places, steps = sentences(lengths).places(torch.arange(4))
    packed = pack_sequence(torch.split(torch.arange(12), lengths), enforce_sorted=False)
    assert torch.equal(places, packed.data) and torch.equal(steps, packed.batch_sizes)


def test_a_batch_in_numbers():
    given = sentences([2, 1, 3], forms=4)  # words 0 1, 2, 3 4 5 in the forms 0 3, 2, 1 0 3
    batch = given.batch(*given.places(torch.tensor([1, 0])))
    assert batch.words.tolist() == [0, 2, 1] and batch.steps.tolist() == [2, 1]
    assert batch.labels.tolist() == [[0, 0], [20, 2], [10, 1]]
    assert batch.spelling.tolist() == [[2, 0, 0, 0], [2, 3, 4, 0], [2, 3, 4, 5]]
    assert batch.affixes.tolist() == [[2, 3], [6, 9], [8, 12]]
    assert batch.spelt.tolist() == [0, 1, 2]

    short = given.batch(*given.places(torch.tensor([1])))
    assert short.spelling.tolist() == [[2, 3, 4]]  # no longer than its longest form


@quick
@given(lengths=LENGTHS, size=st.integers(1, 40), shuffle=st.booleans())
def test_an_epoch_has_every_word_once_and_sentences_stay_whole(lengths, size, shuffle):
    made = batches(lengths, size, shuffle=shuffle)
    for _ in range(2):
        seen = []
        parts = list(made)
        for batch in parts:
            rows = rows_of(batch, lengths)
            blur = 4 * len(rows) if shuffle else 0  # lengths are blurred by as many words each
            assert len(batch.words) < size + max(map(len, rows)) + blur
            given = made.sentences
            assert torch.equal(batch.labels, given.labels[batch.words])
            spelling = given.spelling[given.forms[batch.words]]
            longest = batch.spelling.shape[1]
            assert torch.equal(batch.spelling[batch.spelt], spelling[:, :longest])
            assert not spelling[:, longest:].any()
            assert torch.equal(batch.affixes[batch.spelt], given.affixes[given.forms[batch.words]])
            seen += batch.words.tolist()
        assert sorted(seen) == list(range(sum(lengths)))
        assert len(parts) == len(made) <= math.ceil(sum(lengths) / size)


@pytest.mark.parametrize("seed", [None, 0])
def test_sentences_of_a_batch_are_about_equally_long(seed):
    lengths = torch.randint(1, 60, (400,), generator=torch.Generator().manual_seed(1))
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    parts = buckets(lengths, bucket_sizes(lengths, 200), generator=generator)

    spans = sorted((lengths[part].min().item(), lengths[part].max().item()) for part in parts)
    blur = 0 if seed is None else 4
    assert all(longest <= shortest + blur for (_, longest), (shortest, _) in pairwise(spans))
    words = torch.tensor([lengths[part].sum() for part in parts])
    assert len(parts) == math.ceil(lengths.sum() / 200) == 60
    assert words.min() > 140 and words.max() < 260
    room = sum(len(part) * lengths[part].max().item() for part in parts)
    assert room < 1.1 * words.sum()  # by chance it would be about 1.9 times


def test_the_seed_decides_the_batches_and_each_epoch_has_others():
    lengths = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]

    def epochs(seed):
        made = batches(lengths, seed=seed)
        return [epoch(made), epoch(made)]

    first, second = epochs(0)
    assert {frozenset(batch) for batch in first} != {frozenset(batch) for batch in second}
    assert epochs(0) == [first, second]
    assert epochs(1) != [first, second]


def test_without_shuffling_short_sentences_come_first():
    made = batches([3, 1, 4, 1, 5, 9, 2, 6, 5, 3], 12, shuffle=False)
    first = epoch(made)
    assert epoch(made) == first
    longest = [len(batch.steps) for batch in made]
    assert longest == sorted(longest) and longest[0] < longest[-1] == 9


def test_global_random_state_is_left_alone():
    torch.manual_seed(7)
    before = torch.get_rng_state()
    epoch(batches([3, 1, 4]))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("shuffle", [True, False])
@quick
@given(lengths=LENGTHS, done=st.integers(0, 20))
def test_iteration_goes_on_in_the_middle_of_an_epoch(shuffle, lengths, done):
    whole = batches(lengths, shuffle=shuffle)
    expected = [batch for _ in range(3) for batch in epoch(whole)]

    killed, seen = batches(lengths, shuffle=shuffle), []
    running = iter(killed)
    for _ in range(min(done, len(expected))):
        if (batch := next(running, None)) is None:
            running = iter(killed)
            batch = next(running)
        seen.append(batch.words.tolist())
    resumed = batches(lengths, shuffle=shuffle, seed=99)
    resumed.load_state_dict(killed.state_dict())
    while len(seen) < len(expected):
        seen += epoch(resumed)

    assert seen == expected


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_sentence_longer_than_a_batch_is_a_batch_of_its_own(shuffle):
    made = batches([2, 30, 1, 3], 8, shuffle=shuffle)
    parts = list(made)
    (long,) = [batch for batch in parts if len(batch.words) >= 30]
    assert long.words.tolist() == list(range(2, 32)) and long.steps.tolist() == [1] * 30
    assert len(parts) == len(made) == 2


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_single_word_is_a_batch(shuffle):
    (batch,) = batches([1], 512, shuffle=shuffle)
    assert batch.words.tolist() == [0] and batch.steps.tolist() == [1]


@pytest.mark.parametrize("shuffle", [True, False])
def test_ten_thousand_words_in_one_sentence_leave_the_short_ones_together(shuffle):
    parts = list(batches([5] * 40 + [10_000] + [7] * 20, 512, shuffle=shuffle))
    sizes = sorted(len(batch.words) for batch in parts)
    assert sizes == [340, 10_000]
    assert sum(len(batch.steps) for batch in parts) == 10_007
