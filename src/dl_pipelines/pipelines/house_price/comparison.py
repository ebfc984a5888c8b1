"""From the scores of all models to what is said about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dl_pipelines.evaluation.comparisons import Metric, models_table
from dl_pipelines.evaluation.house_verdict import house_verdict
from dl_pipelines.evaluation.resampling import summarize
from dl_pipelines.frames.houses import HOUSES
from dl_pipelines.params.tabular import Evaluations, House, Preparation

NETWORKS = ("plain", "dropout", "batchnorm", "weight_decay", "tabm")
CLAIMED = {"dropout": "dropout", "batchnorm": "batch_norm"}
"""Networks that the book makes a claim about, and the setting that it is about."""
AVERAGE = "all_networks"
BASELINES = ("mean", "ridge", "boosting")

Scores = Mapping[str, pd.DataFrame]


def join_scores(by_protocol: Scores) -> pd.DataFrame:
    """The scores of every evaluation that was not left out, one row a split."""
    frames = [
        frame.assign(protocol=protocol) for protocol, frame in by_protocol.items() if len(frame)
    ]
    return pd.concat(frames, ignore_index=True)


def scores_of(scores: Scores, protocol: str) -> dict[str, pd.DataFrame]:
    """The scores of every model in one evaluation."""
    return {
        model: frame[frame["protocol"] == protocol].drop(columns="protocol").dropna(axis=1)
        for model, frame in scores.items()
    }


def metric_of(preparation: Preparation) -> Metric:
    """The error that models are compared by."""
    return "log_rmse" if preparation.log_price else "rmse"


@dataclass(frozen=True)
class Comparison:
    """All models in the evaluation that is reported.

    Attributes:
        house: Which houses.
        preparation: What the models saw.
        evaluations: How they were evaluated.
        scores: Model → its scores in all evaluations.
        claims: The networks whose claims are judged (`find_claims`).
    """

    house: House
    preparation: Preparation
    evaluations: Evaluations
    scores: Scores
    claims: Sequence[str]

    def metrics(self) -> dict[str, float]:
        """`<model>.<figure>` of the evaluation reported, `best.<figure>` of the best network.

        Figures of the other evaluations are `<model>.<evaluation>.<figure>`.
        """
        metrics = self._summaries()
        best = f"{self._best(metrics)}."
        chosen = {name: value for name, value in metrics.items() if name.startswith(best)}
        return metrics | {f"best.{name.removeprefix(best)}": chosen[name] for name in chosen}

    def table(self) -> pd.DataFrame:
        """One row a model."""
        return models_table(self._reported, **self._test)

    def verdict(self) -> str:
        """What the figures say, in words."""
        return house_verdict(
            self._reported,
            best=self._best(self._summaries()),
            dataset=self.house.dataset,
            protocol=self._protocol,
            unit=HOUSES[self.house.dataset].unit,
            left_out=self.preparation.leave_out,
            claims=self.claims,
            searched=self.house.tuned_for is not None,
            **self._test,
        )

    def tags(self) -> dict[str, str]:
        """What a reader of a list of runs wants to know."""
        best = self._best(self._summaries())
        tags = {"best": best, "dataset": self.house.dataset, "splits": self._protocol}
        return tags | ({"tuned_for": self.house.tuned_for} if self.house.tuned_for else {})

    @property
    def _reported(self) -> dict[str, pd.DataFrame]:
        return scores_of(self.scores, self.evaluations.reported)

    @property
    def _protocol(self) -> str:
        return self.evaluations.chosen.description

    @property
    def _test(self) -> dict[str, Any]:
        """What the tests of differences need to know."""
        share = self.evaluations.chosen.test_share
        return {"test_share": share, "metric": metric_of(self.preparation)}

    def _summaries(self) -> dict[str, float]:
        metrics: dict[str, float] = {}
        for model, frame in self.scores.items():
            for protocol, rows in frame.groupby("protocol"):
                prefix = model if protocol == self.evaluations.reported else f"{model}.{protocol}"
                known = rows.drop(columns="protocol").dropna(axis=1)
                metrics |= {f"{prefix}.{name}": value for name, value in summarize(known).items()}
        return metrics

    def _best(self, metrics: Mapping[str, float]) -> str:
        """The network with the smallest error on validation rows.

        Of several seeds it is their average, which is what was validated.
        """
        figure = f"validation_{metric_of(self.preparation)}_mean"
        best = min((*NETWORKS, AVERAGE), key=lambda name: metrics[f"{name}.{figure}"])
        return f"{best}.ensemble" if f"{best}.ensemble.rmse_mean" in metrics else best
