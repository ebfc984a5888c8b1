"""Settings of evaluation."""

from datetime import date
from typing import Self

from pydantic import Field, NonNegativeInt, model_validator

from dl_pipelines.params.base import Settings


class Holdout(Settings):
    """One split in time, by the date that is forecast.

    Attributes:
        start: First date used; the first one there is if null.
        test_start: First forecast date of the test part.
        end: Last date used; the last one there is if null.
        validation_fraction: Share of the dates before `test_start` that validates, the last ones.
        purge: Samples dropped at the end of the part before a boundary (López de Prado 2018).
    """

    start: date | None = None
    test_start: date
    end: date | None = None
    validation_fraction: float = Field(default=0.15, ge=0.0, lt=1.0)
    purge: NonNegativeInt = 0

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.start >= self.test_start:
            raise ValueError(f"start ({self.start}) must lie before test_start {self.test_start}")
        if self.end and self.end < self.test_start:
            raise ValueError(f"end ({self.end}) must not lie before test_start {self.test_start}")
        return self
