"""Taggers of several seeds: fit, and predict.

Shapes: T words, C tags, S seeds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from dl_pipelines.data.sentences import Sentences
from dl_pipelines.errors import SettingError
from dl_pipelines.models.taggers import build_tagger
from dl_pipelines.training.device import choose_device
from dl_pipelines.training.loop import Row
from dl_pipelines.training.parallel import run_trainings, torch_threads
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.tagging import tag_probabilities, train_tagger

State = Mapping[str, Tensor]


@dataclass(frozen=True)
class Task:
    """What taggers of one part of the sentences learn from.

    Attributes:
        train: Sentences to learn.
        valid: Sentences to validate on; None for none.
        sizes: Numbers of words and characters, and values of labels; see `Vocabulary.sizes`.
        counts: How often each word occurs in `train`.
        vectors: First features of words, float32 [words, E], NaN where there are none; None for
            random ones.
    """

    train: Sentences
    valid: Sentences | None
    sizes: Mapping[str, Any]
    counts: Sequence[int]
    vectors: Tensor | None = None


@dataclass(frozen=True)
class Fit:
    """A trained tagger.

    Attributes:
        state: The network's state_dict.
        history: One row an epoch: `seed`, `epoch`, `train_loss`, `valid_loss`, `valid_accuracy`
            (if there are sentences to validate on), `lr`, and `train_tag_loss` (if further labels
            are learnt).
        seconds: Wall time of the training, that before a resume included.
    """

    state: State
    history: list[Row]
    seconds: float


def fit_taggers(
    tasks: Sequence[Task],
    *,
    tagger: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None = None,
) -> list[list[Fit]]:
    """Fit one tagger for each task and each seed, all in one pool.

    Args:
        tasks: What to learn from.
        tagger: `architecture`, a key of `models.taggers.TAGGERS`, and its settings as `network`.
        training: Settings of `params.tagging.TaggerTraining`.
        compute: Settings of `params.Compute`.
        checkpoints: Settings of `params.Checkpoints`; None for no checkpoints.

    Returns:
        For each task the fits of all seeds.

    Raises:
        SettingError: If a setting does not fit, or training diverges.
    """
    seeds = training["seeds"]
    recipe = {name: training[name] for name in training if name not in ("seeds", "further")}
    shared = {"tagger": tagger, "recipe": recipe, "compute": compute, "checkpoints": checkpoints}
    jobs = [shared | {"task": task, "seed": seed} for task in tasks for seed in seeds]
    fits = run_trainings(_fit_one, jobs, compute)
    return [fits[first : first + len(seeds)] for first in range(0, len(fits), len(seeds))]


def _fit_one(
    *,
    task: Task,
    tagger: Mapping[str, Any],
    recipe: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None,
    seed: int,
    progress: bool,
) -> Fit:
    with seed_everything(seed):
        network = build_tagger(tagger["architecture"], tagger["network"], **task.sizes)
        if task.vectors is not None:
            _start_from(network.embedding, task.vectors)
    fit = train_tagger(
        network,
        task.train,
        task.valid,
        counts=task.counts,
        **recipe,
        seed=seed,
        device=compute["device"],
        precision=compute["precision"],
        checkpoints=checkpoints,
        progress=progress,
    )
    return Fit(fit.state, [{"seed": seed, **row} for row in fit.history], fit.seconds)


def _start_from(embedding: nn.Embedding, vectors: Tensor) -> None:
    """Take the vectors over of those words that have one."""
    if vectors.shape[1] != embedding.embedding_dim:
        raise SettingError(
            f"the word vectors (setting 'tagger.vectors') have {vectors.shape[1]} numbers, the "
            f"setting 'embedding' of the network is {embedding.embedding_dim}: set it to "
            f"{vectors.shape[1]}, or take other vectors."
        )
    known = ~vectors.isnan().any(dim=1)
    with torch.no_grad():
        embedding.weight[known] = vectors[known]


def predict_tags(
    header: Mapping[str, Any],
    states: Sequence[State],
    sentences: Sentences,
    *,
    sizes: Mapping[str, Any],
    compute: Mapping[str, Any],
) -> Tensor:
    """Predict sentences by each network.

    Args:
        header: What the networks are: `architecture` and `network`.
        states: The state_dict of each seed's network.
        sentences: Encoded by the vocabulary that the networks were trained with.
        sizes: That vocabulary's sizes.
        compute: Settings of `params.Compute`.

    Returns:
        Probabilities, float64 [S, T, C].
    """
    device = choose_device(compute["device"])
    moved = Sentences(*(tensor.to(device) for tensor in sentences))
    votes = []
    with torch_threads(compute["threads"]):
        for state in states:
            network = build_tagger(header["architecture"], header["network"], **sizes)
            network.load_state_dict(state)
            votes.append(tag_probabilities(network.eval().to(device), moved).cpu())
    return torch.stack(votes).double()
