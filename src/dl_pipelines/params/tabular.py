"""Settings of pipelines that learn from tables."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveInt, field_validator, model_validator

from dl_pipelines.params.base import Settings
from dl_pipelines.params.training import Seed, Seeds


class House(Settings):
    """Which houses are priced.

    Attributes:
        dataset: `boston` (506 houses), `ames` (2,930) or `california` (20,640 districts).
        tuned_for: The data set that an environment's settings were searched for.
    """

    dataset: Literal["boston", "ames", "california"]
    tuned_for: str | None = None

    @model_validator(mode="after")
    def _the_tuned_one(self) -> Self:
        if self.tuned_for not in (None, self.dataset):
            raise ValueError(
                f"dataset is {self.dataset}, but this environment's settings were searched for "
                f"{self.tuned_for}: leave out --env, or the other data set"
            )
        return self


class Preparation(Settings):
    """What a model is given of a table, and what it learns to predict.

    Attributes:
        leave_out: Columns that no model sees.
        log_price: Whether the models learn the logarithm of the price. It is then also judged by
            the RMSE of the log price.
        train_up_to: Column → its largest value with which a row is trained on. Rows beyond, which
            are known to be outliers, are predicted and judged like all others.
        min_frequency: Categories with fewer training rows are pooled into one.
        target_encode: Columns of categories that become a number instead of one-hot columns: the
            shrunken mean of what is learnt over their training rows.
    """

    leave_out: tuple[str, ...] = ()
    log_price: bool = False
    train_up_to: dict[str, float] = Field(default={})
    min_frequency: PositiveInt = 10
    target_encode: tuple[str, ...] = ()


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
        holdout: Training, validation and test rows, once.
        kfold: Each row is tested once.
        repeated_kfold: Each row is tested several times.
        random_splits: Random rows are tested, many times.
        reported: The evaluation that models are compared in, and whose validation rows choose the
            best network. Its figures are called `<model>.rmse_mean` and so on; those of the
            others are led by their name, as in `<model>.kfold.rmse_mean`.
    """

    holdout: Resampling
    kfold: Resampling
    repeated_kfold: Resampling
    random_splits: Resampling
    reported: Literal["holdout", "kfold", "repeated_kfold", "random_splits"]

    @field_validator("holdout")
    @classmethod
    def _one_validated_split(cls, holdout: Resampling) -> Resampling:
        once = holdout.method == "random" and holdout.repeats == 1
        if not once or not holdout.validation_fraction:
            raise ValueError("it must be one random split with a validation_fraction above 0")
        return holdout

    @field_validator("kfold", "repeated_kfold")
    @classmethod
    def _folds(cls, evaluation: Resampling) -> Resampling:
        if evaluation.method != "kfold":
            raise ValueError("its method must be kfold")
        return evaluation

    @field_validator("kfold")
    @classmethod
    def _once(cls, kfold: Resampling) -> Resampling:
        if kfold.repeats > 1:
            raise ValueError("its repeats must be 1, or 0 to leave it out: see repeated_kfold")
        return kfold

    @field_validator("repeated_kfold")
    @classmethod
    def _again(cls, repeated_kfold: Resampling) -> Resampling:
        if repeated_kfold.repeats == 1:
            raise ValueError("its repeats must be 2 or more, or 0 to leave it out")
        return repeated_kfold

    @field_validator("random_splits")
    @classmethod
    def _random(cls, random_splits: Resampling) -> Resampling:
        if random_splits.method != "random":
            raise ValueError("its method must be random")
        return random_splits

    @model_validator(mode="after")
    def _reported_one_is_there(self) -> Self:
        if not self.chosen.repeats:
            raise ValueError(
                f"reported is {self.reported}, which is left out: set its repeats to 1 or more"
            )
        if not self.chosen.validation_fraction:
            raise ValueError(
                f"reported is {self.reported}, which validates nothing: set its "
                "validation_fraction above 0, for validation rows choose the best network"
            )
        return self

    @property
    def chosen(self) -> Resampling:
        """The evaluation that is reported."""
        evaluation: Resampling = getattr(self, self.reported)
        return evaluation


class Baseline(Settings):
    """A model of scikit-learn to compare with.

    Attributes:
        estimator: A key of `dl_pipelines.training.estimators.ESTIMATORS`.
        settings: Its keyword arguments.
    """

    estimator: Literal["mean", "ridge", "boosting"]
    settings: dict[str, Any] = Field(default={})


class Report(Settings):
    """What is drawn beside the comparison.

    Attributes:
        coverages: Shares of prices that conformal intervals should hold; their calibration is
            drawn.
        importance_repeats: Shuffles of a column whose cost is its importance.
    """

    coverages: tuple[Annotated[float, Field(gt=0.0, lt=1.0)], ...] = Field(
        default=(0.5, 0.6, 0.7, 0.8, 0.9, 0.95), min_length=1
    )
    importance_repeats: PositiveInt = 10
