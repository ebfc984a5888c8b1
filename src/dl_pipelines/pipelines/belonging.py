"""What stored weights belong to: their file says by which settings and rows they were trained."""

from dl_pipelines.errors import SettingError
from dl_pipelines.io.safetensors import Weights


def check_identity(weights: Weights, identity: str, *, name: str, rows: str, node: str) -> None:
    """Find weights that belong to other settings or other rows.

    Args:
        weights: Their header holds the `identity` that they were packed with.
        identity: That of this run.
        name: What figures call the network.
        rows: What it has learnt from, in a word, e.g. `days`.
        node: The node that trains it.

    Raises:
        SettingError: If they do.
    """
    if weights.header.get("identity") != identity:
        raise SettingError(
            f"the weights of '{name}' were trained with other settings or on other {rows} than "
            f"those of this run: run its node {node} first."
        )
