"""When a bot decides and when it may open positions: as a person sets it, checked, without a clock.

The clock of a window is that of a place, summer time included, so an exchange's hours can be written as its own people
say them, or be those of its calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from botswain.control.exchange_sessions import sessions_of
from botswain.control.refusals import Wrong, pointer
from botswain.control.trading_text import EVERY_DAY, TIME, Span, spans_of
from botswain.control.zones import known_zone, near_zone
from botswain.core.codes import AT_END_NAMES
from botswain.model.errors import BadInput, near

MOST_FREQUENCY_S = 86_400
FREQUENCY = "/trading_frequency_s"
MOST_BEFORE_MIN = 1_440


class TradingWindow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """When positions may be opened; what reduces and protects works at all times.

    start, end  HH:MM by the clock of time_zone; one that ends before it starts goes over midnight
    days        1 (Monday) to 7, the days it starts on
    time_zone   a name of the tz database
    hours       in their place the same as text, several times a day and kinds of days too (`control.trading_text`)
    calendar    an exchange's regular hours, such as XNYS or 24/7; beside hours: what lies in both
    at_end      when it ends: cancel_entries takes off entries that rest, leave lets them rest, flatten closes positions
    minutes_before  with flatten, so many minutes before the end; nothing is opened from then on
    """

    start: str = ""
    end: str = ""
    days: tuple[int, ...] = EVERY_DAY
    time_zone: str = "UTC"
    hours: str = ""
    calendar: str = ""
    at_end: str = "cancel_entries"
    minutes_before: int = 5


def window_in(request: Mapping[str, Any]) -> TradingWindow | None:
    """The window of a backtest that was asked for, as JSON has it; none was asked for before there were such."""
    found = request.get("trading_window")
    return None if found is None else msgspec.convert(found, TradingWindow)


def checked_frequency(seconds: int, frame_ms: int) -> int:
    """How often it is decided between closes of candles of a length. Raises Wrong where that cannot be."""
    if not 0 <= seconds <= MOST_FREQUENCY_S:
        raise Wrong(
            f"trading_frequency_s is {seconds}; write 1 to {MOST_FREQUENCY_S} seconds, or 0 to decide at closes only",
            field=FREQUENCY,
        )
    if seconds * 1_000 >= frame_ms:
        raise Wrong(
            f"trading_frequency_s is {seconds}, and a candle lasts {frame_ms // 1_000} s: no such time is in it; "
            "write a shorter time, choose a longer timeframe, or write 0 to decide at closes only",
            field=FREQUENCY,
        )
    return seconds


def checked_window(window: TradingWindow | None) -> None:
    """Raises Wrong for times, days, a time zone or a calendar that there are not."""
    if window is None:
        return
    if window.at_end not in AT_END_NAMES:
        raise Wrong(
            f"trading_window: at_end is {window.at_end!r}{near(window.at_end, AT_END_NAMES)}", field=at("at_end")
        )
    if not 0 <= window.minutes_before <= MOST_BEFORE_MIN:
        raise Wrong(
            f"trading_window: minutes_before is {window.minutes_before}; write 0 to {MOST_BEFORE_MIN}",
            field=at("minutes_before"),
        )
    if window.calendar:
        try:
            sessions_of(window.calendar)
        except BadInput as error:
            raise Wrong(f"trading_window: {error}", field=at("calendar")) from None
    spans_in(window)


def spans_in(window: TradingWindow) -> tuple[Span, ...]:
    """The hours of a window that are told by a clock; none where a calendar alone tells them. Raises Wrong."""
    if not window.hours:
        return () if window.calendar and not window.start and not window.end else (plain_span(window),)
    beside = next((name for name in ("start", "end") if getattr(window, name)), "")
    if beside:
        raise Wrong(
            f"trading_window: {beside} is {getattr(window, beside)!r} beside hours {window.hours!r}; give one of them",
            field=at(beside),
        )
    zone = sessions_of(window.calendar).zone if window.calendar else "UTC"
    try:
        return spans_of(window.hours, zone)
    except BadInput as error:
        raise Wrong(f"trading_window: {error}", field=at("hours")) from None


def plain_span(window: TradingWindow) -> Span:
    """The one that start, end, days and time_zone say."""
    for name in ("start", "end"):
        value = getattr(window, name)
        if TIME.fullmatch(value) is None:
            raise Wrong(f"trading_window: {name} is {value!r}; write a time such as 09:30", field=at(name))
    if window.start == window.end:
        raise Wrong(
            f"trading_window starts and ends at {window.end}; leave it out to trade at all times, or write two "
            "different times",
            field=at("end"),
        )
    if not window.days:
        raise Wrong("trading_window has no day, so nothing would ever be opened; name one", field=at("days"))
    odd = next((one for one in window.days if not 1 <= one <= 7), None)
    if odd is not None:
        raise Wrong(f"trading_window: day {odd} is none; write 1 (Monday) to 7 (Sunday)", field=at("days"))
    if not known_zone(window.time_zone):
        raise Wrong(
            f"trading_window: time_zone {window.time_zone!r} is unknown; {near_zone(window.time_zone)}",
            field=at("time_zone"),
        )
    return Span(window.start, window.end, window.days, window.time_zone)


def at(name: str) -> str:
    """Where something of the window stands."""
    return pointer("trading_window", name)
