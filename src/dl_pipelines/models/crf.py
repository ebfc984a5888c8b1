"""From scores of single words to tags of a sentence: word by word, or by a random field.

Words lie in the order of time, as in packed sequences.

Shapes: W words of a batch, S steps (words of the longest sentence), B sentences, C tags.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


class WordByWord(nn.Module):
    """Each word's tag by its own scores (softmax)."""

    def loss(self, scores: Tensor, tags: Tensor, steps: Tensor) -> Tensor:
        """Cross entropy, the mean over the words whose tag is not negative.

        Args:
            scores: [W, C].
            tags: int64 [W].
            steps: Words at each step, int64 [S]; not needed here.
        """
        known = tags >= 0
        return functional.cross_entropy(scores[known], tags[known])

    def forward(self, scores: Tensor, steps: Tensor) -> Tensor:
        """Probability of each tag, [W, C] -> [W, C]."""
        return torch.softmax(scores, dim=1)


class LinearChainCRF(nn.Module):
    """A linear-chain conditional random field (Lafferty et al. 2001): tags know their neighbours.

    Each word is given the tag with the highest marginal probability (posterior decoding), which
    gets most words right; the most probable sequence as a whole, Viterbi's, would get most
    sentences right. Marginals of several networks can be averaged, too.
    """

    def __init__(self, tags: int) -> None:
        """Start without preferences.

        Args:
            tags: How many there are, C.
        """
        super().__init__()
        self.first = nn.Parameter(torch.zeros(tags))
        self.last = nn.Parameter(torch.zeros(tags))
        self.transitions = nn.Parameter(torch.zeros(tags, tags))  # from, to

    def loss(self, scores: Tensor, tags: Tensor, steps: Tensor) -> Tensor:
        """Negative log likelihood of whole sentences, a word.

        Args:
            scores: [W, C].
            tags: int64 [W], all of them known.
            steps: Words at each step, int64 [S].
        """
        return (self._partition(scores, steps) - self._score(scores, tags, steps)) / len(tags)

    def forward(self, scores: Tensor, steps: Tensor) -> Tensor:
        """Marginal probability of each tag, [W, C] -> [W, C].

        They are the gradient of the logarithm of the partition function by the scores, so that
        the backward recursion is autograd's.
        """
        with torch.enable_grad():
            scores = scores.detach().requires_grad_()
            (marginals,) = torch.autograd.grad(self._partition(scores, steps), scores)
        return marginals

    def _partition(self, scores: Tensor, steps: Tensor) -> Tensor:
        """Sum over the sentences of the logarithm of the partition function.

        What is taken off at each step keeps alpha small: in float32 the marginals of a sentence of
        10,000 words would else be off by 0.4.
        """
        by_step = torch.split(scores, steps.tolist())
        alpha, taken = self.first + by_step[0], scores.new_zeros(())  # [B, C]
        for score in by_step[1:]:
            going_on, ended = alpha[: len(score)], alpha[len(score) :]
            size = going_on.detach().amax(dim=1, keepdim=True)
            moved = torch.logsumexp((going_on - size)[:, :, None] + self.transitions, dim=1)
            alpha, taken = torch.cat([moved + score, ended]), taken + size.sum()
        return torch.logsumexp(alpha + self.last, dim=1).sum() + taken

    def _score(self, scores: Tensor, tags: Tensor, steps: Tensor) -> Tensor:
        """Sum over the sentences of the score of their own tags."""
        counts = steps.tolist()
        starts = torch.cumsum(steps, dim=0) - steps
        follows = torch.repeat_interleave(steps.roll(1), steps)[counts[0] :]  # words a step before
        second = torch.arange(counts[0], len(tags), device=tags.device)
        before = second - follows.to(tags.device)
        rows = torch.arange(counts[0])  # a sentence ends at the last step that has its row
        steps_of = (steps[:, None] > rows).sum(dim=0)
        ends = starts[steps_of - 1] + rows
        return (
            scores.gather(1, tags[:, None]).sum()
            + self.first[tags[: counts[0]]].sum()
            + self.transitions[tags[before], tags[second]].sum()
            + self.last[tags[ends.to(tags.device)]].sum()
        )
