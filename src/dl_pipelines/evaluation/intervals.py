"""How much a figure may owe to the draw of the rows."""


def wilson_interval(hits: int, rows: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson, JASA 22, 1927), fractions.

    Args:
        hits: Rows that count.
        rows: All rows, at least one.
    """
    from scipy.stats import binomtest  # noqa: PLC0415 - heavy: imported when used

    interval = binomtest(hits, rows).proportion_ci(confidence_level=0.95, method="wilson")
    return float(interval.low), float(interval.high)
