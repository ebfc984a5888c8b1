"""Training a tagger on sentences.

Shapes: W words of a batch, K kinds of labels, V numbers of words.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

import torch
from torch import Tensor, nn, optim
from torch.nn import functional

from dl_pipelines.data.batches import Batch
from dl_pipelines.data.sentences import (
    SentenceBatch,
    SentenceBatches,
    Sentences,
    bucket_sizes,
    buckets,
)
from dl_pipelines.errors import DataError
from dl_pipelines.models.taggers import Tagger
from dl_pipelines.training.assembly import move
from dl_pipelines.training.loop import Step
from dl_pipelines.training.network import Method, Trained, train_network
from dl_pipelines.training.recipe import Recipe
from dl_pipelines.training.steps import backward_pass

if TYPE_CHECKING:
    from accelerate import Accelerator

_JUDGED = 8192  # words at a time


def train_tagger(
    model: Tagger,
    train: Sentences,
    valid: Sentences | None,
    *,
    counts: Sequence[int],
    seed: int,
    device: str = "cpu",
    precision: str = "no",
    checkpoints: Mapping[str, Any] | None = None,
    progress: bool = False,
    **recipe: Unpack[Recipe],
) -> Trained:
    """Train a tagger on sentences that fit into memory.

    Args:
        model: A tagger of `models.tagger`; it is trained in place.
        train: Sentences to learn.
        valid: Sentences to validate on; None for a fixed number of epochs.
        counts: How often each word of the vocabulary occurs in `train`, [V - 1].
        seed: Seed of the batches and of dropout; the weights are the caller's.
        device: See `build_accelerator`.
        precision: See `build_accelerator`.
        checkpoints: `folder`, `every_steps` and `keep`; None for no checkpoints.
        progress: Whether to show the progress.
        recipe: See `Recipe`; `batch_size` is words, and `loss` has `word_dropout` and
            `further_weight` of `tagging_step`.

    Returns:
        The history has `train_loss`, `train_tag_loss`, `valid_loss` and `valid_accuracy`.

    Raises:
        SettingError: If a setting is unknown or out of range, or training diverges.
        DataError: If there are sentences to validate on, but none of their tags was learnt.
    """
    if valid is not None and not (valid.labels[:, 0] >= 0).any():
        raise DataError(
            "the sentences to validate on have no tag that the training sentences have: take "
            "more sentences to learn, or others to validate on."
        )
    return train_network(
        model,
        train,
        valid,
        method=Method(
            partial(tagging_step, counts=counts, **recipe["loss"]),
            validate=mean_tag_loss,
            batching=_sentence_batches,
        ),
        seed=seed,
        device=device,
        precision=precision,
        checkpoints=checkpoints,
        progress=progress,
        recipe=recipe,
    )


def tagging_step(
    model: nn.Module,
    optimizer: optim.Optimizer,
    accelerator: "Accelerator",
    *,
    counts: Sequence[int],
    word_dropout: float,
    further_weight: float,
) -> Step:
    """Learn the tags of words, and further labels beside them.

    Args:
        model: A tagger, prepared by `accelerator`.
        optimizer: Updates its weights.
        accelerator: Does the backward pass.
        counts: How often each word of the vocabulary was read, [V - 1].
        word_dropout: A word that was read c times is taken for an unknown one with the probability
            a / (a + c), where this is a (Kiperwasser and Goldberg 2016): so the network learns
            what to do with words that it does not know.
        further_weight: Weight of the loss of each further kind of labels; that of tags is 1.

    Returns:
        A step for batches of `SentenceBatches` that reports `loss` and, where there are further
        labels, `tag_loss`.
    """
    assert isinstance(model, Tagger)  # noqa: S101  as the signature of any step cannot say
    decoder, backward = model.decoder, backward_pass(accelerator, optimizer)
    read = torch.tensor([0, *counts], dtype=torch.float32, device=accelerator.device)
    forgotten = word_dropout / (word_dropout + read).clamp(min=1e-12)  # [V]

    def step(batch: Batch, on_backward_end: Callable[[nn.Module], None]) -> Mapping[str, Tensor]:
        assert isinstance(batch, SentenceBatch)  # noqa: S101  as no step's signature can say
        words, labels = batch.words, batch.labels
        drawn = torch.rand(len(words), device=words.device) < forgotten[words]
        optimizer.zero_grad()
        scores, *further = model(batch._replace(words=words.masked_fill(drawn, 0)))
        tag_loss = decoder.loss(scores, labels[:, 0], batch.steps)
        loss = tag_loss
        for score, kind in zip(further, labels.T[1:], strict=True):
            loss = loss + further_weight * functional.cross_entropy(score, kind)
        backward(loss)
        on_backward_end(model)
        optimizer.step()
        losses = {"loss": loss, "tag_loss": tag_loss} if further else {"loss": loss}
        return {name: value.detach() for name, value in losses.items()}

    return step


@torch.no_grad()
def tag_probabilities(model: Tagger, sentences: Sentences) -> Tensor:
    """Probability of each tag of each word.

    Args:
        model: A tagger, in evaluation mode, on the device of the sentences.
        sentences: Encoded.

    Returns:
        float32 [T, C], in the order of the sentences' words.
    """
    lengths = sentences.lengths
    places, parts = [], []
    for rows in buckets(lengths, bucket_sizes(lengths, _JUDGED)):
        where, steps = sentences.places(rows)
        batch = sentences.batch(where, steps)
        scores, *_ = model(batch)
        places.append(where)
        parts.append(model.decoder(scores, batch.steps))
    return torch.cat(parts)[torch.argsort(torch.cat(places))]


def mean_tag_loss(model: nn.Module, tensors: Sequence[Tensor]) -> dict[str, float]:
    """Validate a tagger.

    Args:
        model: A tagger.
        tensors: The fields of `Sentences`.

    Returns:
        `loss`, the mean cross entropy (nats) of the words whose tag was learnt, and `accuracy`, a
        fraction of all words: a tag that was never learnt cannot be right.
    """
    assert isinstance(model, Tagger)  # noqa: S101  as the signature of any validation cannot say
    sentences = Sentences(*tensors)
    probabilities, tags = tag_probabilities(model.eval(), sentences), sentences.labels[:, 0]
    known = tags >= 0
    right = (probabilities.argmax(dim=1) == tags).double().mean().item()
    logs = probabilities[known].log().clamp(min=-100.0)  # as torch's cross entropy bounds them
    return {"loss": functional.nll_loss(logs, tags[known]).item(), "accuracy": right}


def _sentence_batches(
    tensors: Sequence[Tensor],
    model: nn.Module,
    accelerator: "Accelerator",
    seed: int,
    recipe: Mapping[str, Any],
) -> SentenceBatches:
    sentences = Sentences(*move(tensors, accelerator))
    model.to(accelerator.device)
    size, shuffle = recipe["batch_size"], recipe["shuffle"]
    return SentenceBatches(sentences, size, shuffle=shuffle, seed=seed)
