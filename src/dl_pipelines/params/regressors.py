"""Settings of networks that learn from tables."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, model_validator

from dl_pipelines.params.base import Settings
from dl_pipelines.params.training import Recipe, RegressionLoss


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


class RegressorRecipe(Recipe):
    """How a network for tables is trained.

    Attributes:
        loss: The training loss.
    """

    loss: RegressionLoss = RegressionLoss()


class Regressor(Settings):
    """A network that predicts one number from a row of a table.

    Attributes:
        name: What figures call it.
        architecture: A key of `dl_pipelines.models.ARCHITECTURES`.
        network: Settings of that architecture.
        scaling: Numbers are centred and scaled by mean and standard deviation (`standard`) or by
            median and quartiles (`robust`) of the training rows.
        stacked: Whether the networks of several splits train side by side, several times as fast.
            Only where all splits have the same columns and equally many rows: a table of numbers
            without gaps and without `train_up_to`.
    """

    name: str
    architecture: Literal["mlp", "tabm"] = "mlp"
    network: MLP | TabM
    scaling: Literal["standard", "robust"] = "standard"
    stacked: bool = False

    @model_validator(mode="before")
    @classmethod
    def _network_of_architecture(cls, settings: Any) -> Any:
        """Check the network's settings against its own architecture only."""
        if not isinstance(settings, Mapping) or not isinstance(settings.get("network"), Mapping):
            return settings
        kind = TabM if settings.get("architecture") == "tabm" else MLP
        return {**settings, "network": kind.model_validate(settings["network"])}

    def without(self, setting: str) -> dict[str, Any]:
        """All settings but the name and one setting of the network."""
        settings = self.model_dump(exclude={"name"})
        settings["network"].pop(setting, None)
        return settings
