"""A small panel: symbols of different lengths whose numbers tell where they stand."""

import numpy as np

from dl_pipelines.data.panel import PRICES, Panel, PanelBuilder, Quotes


def samples(days, *, first="2020-01-01", scale=1.0):
    """Samples of one symbol on consecutive days; the first feature counts them."""
    count = np.arange(days, dtype=np.float32)
    close = 10.0 * scale + count
    return {
        "values": np.stack([count, np.sin(count) * scale], axis=1).astype(np.float32),
        "dates": np.datetime64(first) + np.arange(1, days + 1),
        "range_22": np.full(days, 0.02, dtype=np.float32),
        **{name: close.copy() for name in PRICES},
        "actual": close * np.exp(0.01 * np.sin(count)),
    }


def panel(**lengths: int) -> Panel:
    """A panel of symbols A, B, … with so many days each."""
    parts = enumerate(lengths.items())
    return panel_of({name: samples(days, scale=1.0 + number) for number, (name, days) in parts})


def panel_of(parts) -> Panel:
    """A panel of the samples of symbols by name."""
    return built_of(parts)[0]


def built_of(parts) -> tuple[Panel, Quotes]:
    """A panel and its quotes."""
    builder = PanelBuilder(1000, 2)
    for name, part in parts.items():
        builder.add(name, part)
    return builder.build("range_scaled")
