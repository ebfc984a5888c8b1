from itertools import pairwise, product

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_sequence

from dl_pipelines.models.crf import LinearChainCRF, WordByWord

TAGS = 3
LENGTHS = (3, 1, 2)


def packed(parts):
    """Rows of each sentence in the order of time, and how many there are at each step."""
    packed = pack_sequence(parts, enforce_sorted=False)
    return packed.data, packed.batch_sizes


def random_field(seed=0):
    """A field with preferences, in float64, and scores and tags of three sentences."""
    torch.manual_seed(seed)
    field = LinearChainCRF(TAGS).double()
    for parameter in field.parameters():
        nn.init.normal_(parameter)
    scores = [torch.randn(length, TAGS, dtype=torch.float64) for length in LENGTHS]
    tags = [torch.randint(TAGS, (length,)) for length in LENGTHS]
    return field, scores, tags


def sequence_scores(field, scores):
    """The score of every sequence of tags that a sentence could have, by its definition."""
    return {
        tags: field.first[tags[0]]
        + sum(scores[word, tag] for word, tag in enumerate(tags))
        + sum(field.transitions[pair] for pair in pairwise(tags))
        + field.last[tags[-1]]
        for tags in product(range(TAGS), repeat=len(scores))
    }


def test_the_loss_is_that_of_all_sequences_of_tags():
    field, scores, tags = random_field()
    likelihood = torch.zeros((), dtype=torch.float64)
    for sentence, own in zip(scores, tags, strict=True):
        all_scores = sequence_scores(field, sentence)
        partition = torch.stack([*all_scores.values()]).logsumexp(dim=0)
        likelihood += all_scores[tuple(own.tolist())] - partition

    rows, steps = packed(scores)
    loss = field.loss(rows, packed(tags)[0], steps)

    torch.testing.assert_close(loss, -likelihood / sum(LENGTHS))


def test_marginals_are_those_of_all_sequences_of_tags():
    field, scores, _ = random_field()
    expected = []
    for sentence in scores:
        all_scores = sequence_scores(field, sentence)
        shares = torch.softmax(torch.stack([*all_scores.values()]), dim=0)
        marginals = torch.zeros(len(sentence), TAGS, dtype=torch.float64)
        for tags, share in zip(all_scores, shares, strict=True):
            for word, tag in enumerate(tags):
                marginals[word, tag] += share.detach()
        expected.append(marginals)

    rows, steps = packed(scores)
    with torch.no_grad():
        marginals = field(rows, steps)

    torch.testing.assert_close(marginals, packed(expected)[0])
    assert not marginals.requires_grad


def test_gradients_are_those_of_finite_differences():
    field, scores, tags = random_field()
    rows, steps = packed(scores)
    own, _ = packed(tags)

    def loss(rows, *_):  # gradcheck changes the parameters in place
        return field.loss(rows, own, steps)

    assert torch.autograd.gradcheck(loss, (rows.requires_grad_(), *field.parameters()))


def test_a_field_without_preferences_is_word_by_word():
    _, scores, tags = random_field()
    rows, steps = packed(scores)
    own, _ = packed(tags)
    field, plain = LinearChainCRF(TAGS).double(), WordByWord()
    torch.testing.assert_close(field(rows, steps), plain(rows, steps))
    torch.testing.assert_close(field.loss(rows, own, steps), plain.loss(rows, own, steps))


def test_transitions_decide_where_scores_do_not():
    field = LinearChainCRF(2)
    with torch.no_grad():
        field.transitions.copy_(torch.tensor([[-9.0, 9.0], [9.0, -9.0]]))  # tags take turns
    scores = torch.zeros(5, 2)
    scores[2, 1] = 1.0
    assert field(scores, torch.ones(5, dtype=torch.int64)).argmax(dim=1).tolist() == [1, 0, 1, 0, 1]


@pytest.mark.parametrize("length", [1, 50, 2000])
def test_marginals_of_a_word_sum_to_one(length):
    torch.manual_seed(0)
    field = LinearChainCRF(5)
    for parameter in field.parameters():
        nn.init.normal_(parameter)
    scores, steps = 5 * torch.randn(length, 5), torch.ones(length, dtype=torch.int64)
    marginals = field(scores, steps)
    assert (marginals >= 0).all()
    torch.testing.assert_close(marginals.sum(dim=1), torch.ones(length), rtol=0, atol=1e-4)


@pytest.mark.parametrize("unknown", [-100, -1])
def test_word_by_word_leaves_unknown_tags_out(unknown):
    scores = torch.tensor([[2.0, 0.0], [0.0, 1.0], [5.0, -5.0]])
    steps = torch.tensor([2, 1])
    loss = WordByWord().loss(scores, torch.tensor([0, 1, unknown]), steps)
    expected = functional.cross_entropy(scores[:2], torch.tensor([0, 1]))
    assert torch.equal(loss, expected)
    sums = WordByWord()(scores, steps).sum(dim=1)
    torch.testing.assert_close(sums, torch.ones(3))
