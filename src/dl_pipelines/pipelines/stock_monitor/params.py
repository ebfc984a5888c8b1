"""Settings that only the `stock_monitor` pipeline has."""

from typing import Self

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from dl_pipelines.params import Settings
from dl_pipelines.params.newest import NewestBars
from dl_pipelines.params.training import PositiveFinite


class FeatureDrift(Settings):
    """When a feature has drifted.

    Attributes:
        bins: Bins of the population stability index, of equal shares of the training days.
        moderate_psi: Index from which a change is moderate.
        large_psi: Index from which it is large (Siddiqi 2006).
        level: p-value, adjusted for all features, below which a large change is no luck.
        block_days: Mean length of the blocks in which training days are drawn. A multiple of what
            features remember: a mean range of 22 days is still correlated after months.
    """

    bins: int = Field(default=10, ge=2)
    moderate_psi: PositiveFinite = 0.1
    large_psi: PositiveFinite = 0.25
    level: float = Field(default=0.05, gt=0.0, lt=0.5)
    block_days: float = Field(default=125, ge=1.0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.moderate_psi > self.large_psi:
            raise ValueError(
                f"moderate_psi ({self.moderate_psi}) must not lie above large_psi {self.large_psi}"
            )
        return self


class ErrorDrift(Settings):
    """When the forecasts have become too bad.

    Attributes:
        level: Probability that luck alone crosses a bound of the coverage or of the error.
        error_ratio: RMSE in mean ranges over that of the validation, from which it is too large,
            where its lower bound says that it is no luck of single days.
        least_skill: Skill against the close times a constant, a fraction, at which the network is
            not worth its while.
        block_days: Mean length of the blocks in which new days are drawn for that bound; large
            errors come in weeks rather than in months.
        rolling_days: Days of the rolling means that are drawn.
    """

    level: float = Field(default=0.05, gt=0.0, lt=0.5)
    error_ratio: float = Field(default=1.25, ge=1.0)
    least_skill: float = Field(default=0.0, lt=1.0)
    block_days: float = Field(default=21, ge=1.0)
    rolling_days: PositiveInt = 63


class Bootstrap(Settings):
    """How luck is drawn.

    Attributes:
        resamples: Samples drawn, R; p-values are multiples of 1 / (R + 1), so that R + 1 must lie
            above the number of features over their level.
        seed: Seed of the draws.
    """

    resamples: PositiveInt = 999
    seed: NonNegativeInt = 0


class Monitor(NewestBars):
    """What is monitored, and from when on retraining is due.

    Attributes:
        recent_days: New days that are judged, the last ones; a trading year has about 243.
        least_days: New days that there must be.
        features: When a feature has drifted.
        errors: When the forecasts have become too bad.
        bootstrap: How luck is drawn.
    """

    recent_days: PositiveInt = 250
    least_days: int = Field(default=60, ge=2)
    features: FeatureDrift = FeatureDrift()
    errors: ErrorDrift = ErrorDrift()
    bootstrap: Bootstrap = Bootstrap()

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.recent_days < self.least_days:
            raise ValueError(
                f"recent_days ({self.recent_days}) must not lie below least_days {self.least_days}"
            )
        return self
