"""When a bot may open positions, as a person sets it."""

from __future__ import annotations

import msgspec

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


class TradingWindow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """When positions may be opened; what reduces and protects works at all times.

    start, end  HH:MM by the clock of time_zone; one that ends before it starts goes over midnight
    days        1 (Monday) to 7, the days it starts on
    time_zone   a name of the tz database
    """

    start: str
    end: str
    days: tuple[int, ...] = EVERY_DAY
    time_zone: str = "UTC"
