"""Settings of pipelines that learn from tables."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, model_validator

from dl_pipelines.params.base import Settings
from dl_pipelines.params.training import Seed, Seeds


class House(Settings):
    """Which houses are priced.

    Attributes:
        dataset: `boston` (506 houses), `ames` (2,930) or `california` (20,640 districts).
    """

    dataset: Literal["boston", "ames", "california"]


class Preparation(Settings):
    """What a model is given of a table, and what it learns to predict.

    Attributes:
        leave_out: Columns that no model sees.
        log_price: Whether the models learn the logarithm of the price. It is then also judged by
            the RMSE of the log price.
        train_up_to: Column → its largest value with which a row is trained on. Rows beyond, which
            are known to be outliers, are predicted and judged like all others.
        min_frequency: Categories with fewer training rows are pooled into one.
    """

    leave_out: tuple[str, ...] = ()
    log_price: bool = False
    train_up_to: dict[str, float] = Field(default={})
    min_frequency: PositiveInt = 10


class Resampling(Settings):
    """How rows are split into parts to train and to test on, again and again.

    Attributes:
        method: `kfold`, or `random` parts, each drawn anew.
        repeats: How many k-folds, or how many random splits; 0 leaves this evaluation out.
        folds: Parts of a k-fold, k.
        test_fraction: Share of the rows that a random split tests on.
        validation_fraction: Share of the other rows that validates, random ones; the networks that
            are tested have learnt from them too.
        seed: Seed of the splits.
        seeds: One network is trained on each split for each seed.
    """

    method: Literal["kfold", "random"]
    repeats: NonNegativeInt = 1
    folds: int = Field(default=10, ge=2)
    test_fraction: float = Field(default=0.1, gt=0.0, lt=1.0)
    validation_fraction: float = Field(default=0.0, ge=0.0, lt=1.0)
    seed: Seed = 0
    seeds: Seeds = (0,)

    @property
    def test_share(self) -> float:
        """Test rows over training rows of a split."""
        test = 1.0 / self.folds if self.method == "kfold" else self.test_fraction
        return test / (1.0 - test)

    @property
    def description(self) -> str:
        """How the rows are split, in words."""
        if self.method == "kfold":
            return f"{self.folds} folds" + (f", {self.repeats} times" if self.repeats > 1 else "")
        tested = round(100 * self.test_fraction)
        return f"{self.repeats} random {100 - tested}/{tested} split" + "s" * (self.repeats > 1)


class Evaluations(Settings):
    """The evaluations of every model, on the same splits.

    Attributes:
        holdout: Training, validation and test rows, once; its validation rows choose the best
            network.
        kfold: Each row is tested once.
        repeated_kfold: Each row is tested several times.
        random_splits: Random rows are tested, many times.
    """

    holdout: Resampling
    kfold: Resampling
    repeated_kfold: Resampling
    random_splits: Resampling

    @model_validator(mode="after")
    def _holdout_validates(self) -> Self:
        once = self.holdout.method == "random" and self.holdout.repeats == 1
        if not once or not self.holdout.validation_fraction:
            raise ValueError(
                "holdout must be one random split with a validation_fraction above 0, for its "
                "validation rows choose the best network"
            )
        return self

    def of(self, protocol: str) -> Resampling:
        """The evaluation of that name."""
        evaluation: Resampling = getattr(self, protocol)
        return evaluation


class Network(Settings):
    """What every network for tables has; see `dl_pipelines.models.embeddings.TabularInput`.

    Attributes:
        hidden: Units of each hidden layer.
        dropout: Share of hidden units dropped in training.
        activation: A key of `dl_pipelines.models.mlp.ACTIVATIONS`.
        bins: Quantile bins of the piecewise-linear encoding of a number; 0 for none.
        embedding: Units of each number's own layer on its bins; 0 for none.
        keep_numbers: Whether the network sees the numbers themselves beside their bins.
        clip: Bound that large numbers approach, in units of the scaling; null for none.
    """

    hidden: tuple[PositiveInt, ...]
    dropout: float = Field(default=0.0, ge=0.0, lt=1.0)
    activation: Literal["relu", "silu", "gelu", "mish", "tanh"] = "relu"
    bins: NonNegativeInt = 0
    embedding: NonNegativeInt = 0
    keep_numbers: bool = False
    clip: PositiveFloat | None = None


class MLP(Network):
    """A multi-layer perceptron; see `dl_pipelines.models.mlp.MLP`.

    Attributes:
        batch_norm: Whether hidden units are normalised over the batch.
        init: First weights: torch's `default`, `xavier`, `kaiming` or `orthogonal`.
    """

    batch_norm: bool = False
    init: Literal["default", "xavier", "kaiming", "orthogonal"] = "default"


class TabM(Network):
    """An ensemble of perceptrons in one; see `dl_pipelines.models.tabm.TabM`.

    Attributes:
        heads: Members of the ensemble, k.
        scales: How the heads' first scales are drawn: `signs`, `normal` or `near_one`.
    """

    heads: PositiveInt = 32
    scales: Literal["signs", "normal", "near_one"] = "signs"


class Regressor(Settings):
    """A network that predicts one number from a row of a table.

    Attributes:
        name: What metrics and figures call it.
        architecture: A key of `dl_pipelines.models.ARCHITECTURES`.
        network: Settings of that architecture.
        scaling: Numbers are centred and scaled by mean and standard deviation (`standard`) or by
            median and quartiles (`robust`) of the training rows.
    """

    name: str
    architecture: Literal["mlp", "tabm"] = "mlp"
    network: MLP | TabM
    scaling: Literal["standard", "robust"] = "standard"

    @model_validator(mode="before")
    @classmethod
    def _network_of_architecture(cls, settings: Any) -> Any:
        """Check the network's settings against its own architecture only."""
        kinds: dict[str, type[Network]] = {"mlp": MLP, "tabm": TabM}
        if not isinstance(settings, Mapping) or not isinstance(settings.get("network"), Mapping):
            return settings
        kind = kinds.get(settings.get("architecture", "mlp"), MLP)
        return {**settings, "network": kind.model_validate(settings["network"])}


class Baseline(Settings):
    """A model of scikit-learn to compare with.

    Attributes:
        name: What metrics and figures call it.
        estimator: A key of `dl_pipelines.training.estimators.ESTIMATORS`.
        settings: Its keyword arguments.
    """

    name: str
    estimator: Literal["mean", "ridge", "boosting"]
    settings: dict[str, Any] = Field(default={})


class Report(Settings):
    """What the final comparison rests on.

    Attributes:
        protocol: The evaluation whose figures are called `<model>.rmse_mean` and so on; those of
            the others are led by their name, as in `<model>.kfold.rmse_mean`.
        coverages: Shares of prices that conformal intervals should hold; their calibration is
            drawn.
        importance_repeats: Shuffles of a column whose cost is its importance.
    """

    protocol: Literal["holdout", "kfold", "repeated_kfold", "random_splits"]
    coverages: tuple[float, ...] = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
    importance_repeats: PositiveInt = 10
