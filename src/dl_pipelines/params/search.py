"""Settings of hyper-parameter search."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    Discriminator,
    Field,
    JsonValue,
    PositiveInt,
    Tag,
    field_validator,
    model_validator,
)

from dl_pipelines.params.base import Settings
from dl_pipelines.params.training import Seed


class Range(Settings):
    """Numbers between two bounds.

    Attributes:
        low: Smallest value.
        high: Largest value.
        log: Whether values are drawn evenly on a logarithmic scale.
        integer: Whether only whole numbers are drawn, for a setting that counts something.
    """

    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    log: bool = False
    integer: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be less than high ({self.high})")
        if self.log and self.low <= 0:
            raise ValueError(f"low ({self.low}) must be greater than 0 on a logarithmic scale")
        if self.integer and not (self.low.is_integer() and self.high.is_integer()):
            raise ValueError(f"low ({self.low}) and high ({self.high}) must be whole numbers")
        return self


class Choice(Settings):
    """One of several values.

    Attributes:
        values: The values; a list, say of widths, is one value.
    """

    values: tuple[JsonValue, ...] = Field(min_length=1)

    @field_validator("values")
    @classmethod
    def _distinct(cls, values: tuple[JsonValue, ...]) -> tuple[JsonValue, ...]:
        if any(value in values[:position] for position, value in enumerate(values)):
            raise ValueError("a value appears twice")
        return values


def _kind(candidates: Any) -> str:
    """Which of the two a mapping is meant to be, so that only that one's mistakes are named."""
    listed = isinstance(candidates, Choice) or "values" in (candidates or ())
    return "choice" if listed else "range"


Candidates = Annotated[
    Annotated[Range, Tag("range")] | Annotated[Choice, Tag("choice")], Discriminator(_kind)
]


class Search(Settings):
    """How hyper-parameters are searched.

    Attributes:
        method: `grid` tries every combination, `tpe` learns from the trials before (tree-structured
            Parzen estimator).
        trials: Settings tried, at most; a grid may have fewer.
        seed: Decides the order of a grid and what `tpe` draws.
        storage: File of the finished trials, relative to the project's root; a search that was
            interrupted goes on from it.
        space: Dotted name of a setting, e.g. `optimizer.lr` → what is tried.
    """

    method: Literal["grid", "tpe"] = "tpe"
    trials: PositiveInt
    seed: Seed = 0
    storage: str
    space: dict[str, Candidates] = Field(min_length=1)

    @model_validator(mode="after")
    def _grid_of_choices(self) -> Self:
        ranges = [name for name, part in self.space.items() if isinstance(part, Range)]
        if self.method == "grid" and ranges:
            raise ValueError(f"a grid needs 'values' for {', '.join(ranges)}")
        return self
