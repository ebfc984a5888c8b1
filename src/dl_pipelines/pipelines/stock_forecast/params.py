"""Settings that only the `stock_forecast` pipeline has."""

from pydantic import PositiveInt

from dl_pipelines.params.newest import NewestBars


class NextDay(NewestBars):
    """Which day is forecast, and from which bars.

    Attributes:
        shown_days: Last days in the figure.
    """

    shown_days: PositiveInt = 60
