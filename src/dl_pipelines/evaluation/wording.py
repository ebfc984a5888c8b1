"""Numbers as they stand in sentences."""


def p_value_text(p_value: float) -> str:
    """A p-value in three digits: 'p = 0.012', 'p < 0.001'."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"  # noqa: PLR2004 - shown digits


def short(value: float) -> str:
    """Three digits, or the whole number of a large one: '2.75', '0.441', '20,345'."""
    if abs(value) >= 100.0:  # noqa: PLR2004 - shown digits
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def amount(value: float, unit: str) -> str:
    """A price with its unit: '2.75 × 1,000 dollars', '20,345 dollars'."""
    return f"{short(value)} {'× ' if unit[0].isdigit() else ''}{unit}"


def spread(mean: float, sd: float, *, like: float | None = None) -> str:
    """A mean and a standard deviation with the decimals of the mean, or `like`: '2.75 ± 0.61'."""
    decimals = len(short(mean if like is None else like).partition(".")[2])
    return f"{mean:,.{decimals}f} ± {sd:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def percent(fraction: float, decimals: int = 2) -> str:
    """A fraction in per cent: '98.47 %'."""
    return f"{100.0 * fraction:.{decimals}f} %"


def counted(count: float, noun: str) -> str:
    """How many of something there are: '1 sentence', '1,500 words'."""
    return f"{count:,.0f} {noun if count == 1 else f'{noun}s'}"
