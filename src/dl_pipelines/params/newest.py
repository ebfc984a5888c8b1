"""Settings of the pipelines that take the newest bars."""

from datetime import date, datetime

from pydantic import Field

from dl_pipelines.params.base import Settings


class NewestBars(Settings):
    """Which bars are used, and when they are too old.

    Attributes:
        as_of: Act as on the evening of this day, without any later bar; null means now.
        now: The moment to take for now, China time unless it says another zone; null means the
            machine's clock.
        delay_hours: How long after the close at 15:00 the day's bar may be missing, for providers
            need their time: tushare has the bars of indices at 19:00.
    """

    as_of: date | None = None
    now: datetime | None = None
    delay_hours: float = Field(default=4.5, ge=0.0, le=24.0)
