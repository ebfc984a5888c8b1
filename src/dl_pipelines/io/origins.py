"""What a table of daily bars came from: `csv file + provider symbol + …`, the newest at the end."""

from pathlib import Path

import pandas as pd

from dl_pipelines.sources.providers import PROVIDERS

_JOINT = " + "


def origins_of(stored: pd.DataFrame) -> list[str]:
    """The files and providers that local bars came from; none if there are no bars.

    Args:
        stored: Daily bars; `attrs["source"]` names all, or else `attrs["file"]` is the one.
    """
    local = str(stored.attrs.get("source", Path(stored.attrs["file"]).name))
    return [] if stored.empty else local.split(_JOINT)


def joined_origins(origins: list[str], asked: str | None) -> str:
    """The origins in words, each once, with the provider that was asked now at the end.

    Args:
        origins: As `origins_of` gives them.
        asked: Provider and symbol, e.g. `tushare 000300.SH`; None if nothing was asked.
    """
    before = [origin for origin in dict.fromkeys(origins) if origin != asked]
    return _JOINT.join([*before, *([asked] if asked else [])])


def is_of_another(origins: list[str], provider: str) -> bool:
    """Whether another provider than this one was asked last; a file is none."""
    last = origins[-1].partition(" ")[0] if origins else ""
    return last in PROVIDERS and last != provider
