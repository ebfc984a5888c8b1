"""Settings that only the `stock_forecast` pipeline has."""

from datetime import date, datetime

from pydantic import Field, PositiveInt

from dl_pipelines.params import Settings


class NextDay(Settings):
    """Which day is forecast, and from which bars.

    Attributes:
        as_of: Forecast as on the evening of this day, without any later bar; null means now.
        now: The moment to take for now, China time unless it says another zone; null means the
            machine's clock.
        delay_hours: How long after the close at 15:00 the day's bar may be missing, for providers
            need their time.
        shown_days: Last days in the figure.
    """

    as_of: date | None = None
    now: datetime | None = None
    delay_hours: float = Field(default=3.0, ge=0.0, le=24.0)
    shown_days: PositiveInt = 60
