"""A trading window as the times at which it begins and ends: a place's clock or a calendar in milliseconds, once.

The list is the same in every process for the same window, and long enough for whatever is traded or tested. What a
newer tz database or calendar says of the future may be another thing than what a bot was started with; what has passed
stays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from botswain.control.exchange_sessions import midnight, sessions_of
from botswain.control.refusals import Wrong
from botswain.control.trading_text import Span, days_text, spans_of
from botswain.control.trading_times import TradingWindow, at, checked_window, spans_in
from botswain.model.errors import BadInput

FIRST, LAST = date(2009, 1, 1), date(2050, 1, 1)
MINUTE_MS = 60_000
FLATTEN = "flatten"

Times = tuple[tuple[int, int], ...]


@lru_cache(maxsize=64)
def boundaries(window: TradingWindow, frame_ms: int = MINUTE_MS) -> tuple[int, ...]:
    """The times, ascending, at which the window opens and closes in turn. Raises BadInput where it never is open.

    A window that flattens closes so many minutes before its end, and no later than a candle of `frame_ms` does then: a
    candle must have closed for a backtest to act at that time.
    """
    checked_window(window)
    found = open_times(window)
    if window.at_end == FLATTEN:
        early = window.minutes_before * MINUTE_MS
        found = tuple((begin, (end - early) // frame_ms * frame_ms) for begin, end in found)
        found = tuple(one for one in found if one[0] < one[1])
    if not found:
        raise never_open(window)
    return tuple(moment for span in found for moment in span)


def open_times(window: TradingWindow) -> Times:
    """When it is open, whatever is done at its end."""
    spans = spans_in(window)
    if not window.calendar:
        return united(one for span in spans for one in times_of(span))
    sessions = sessions_of(window.calendar).spans
    return shared(united(one for span in spans for one in times_of(span)), sessions) if spans else sessions


def known_years(window: TradingWindow) -> tuple[int, int]:
    """From when and until when it is known when it is open, in milliseconds."""
    if not window.calendar:
        return midnight(FIRST), midnight(LAST)
    sessions = sessions_of(window.calendar)
    return sessions.first_ms, sessions.last_ms


def times_of(span: Span) -> list[tuple[int, int]]:
    """When the clock of its place is within the span, on its days."""
    zone = ZoneInfo(span.zone)
    start, end = time.fromisoformat(span.start), time.fromisoformat(span.end)
    later = timedelta(days=int(end <= start))
    found: list[tuple[int, int]] = []
    for number in range(FIRST.toordinal(), LAST.toordinal()):
        day = date.fromordinal(number)
        if day.isoweekday() in span.days:
            found.append((clock_ms(day, start, zone), clock_ms(day + later, end, zone)))
    return found


def clock_ms(day: date, clock: time, zone: ZoneInfo) -> int:
    """When a place's clock shows that on a day, in milliseconds: the first time where it does so twice.

    A time that is left out when the clocks go forward is as long after their change as it would have been after
    midnight: 02:30 is 03:30 then.
    """
    return int(datetime.combine(day, clock, zone).timestamp()) * 1000


def united(spans: Iterable[tuple[int, int]]) -> Times:
    """Spans in order, those that touch or overlap made one; a change of the clocks may leave nothing of one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(one for one in spans if one[0] < one[1]):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)


def shared(one: Times, other: Times) -> Times:
    """What lies in both."""
    found: list[tuple[int, int]] = []
    i = k = 0
    while i < len(one) and k < len(other):
        begin, end = max(one[i][0], other[k][0]), min(one[i][1], other[k][1])
        if begin < end:
            found.append((begin, end))
        if one[i][1] < other[k][1]:
            i += 1
        else:
            k += 1
    return tuple(found)


def never_open(window: TradingWindow) -> Wrong:
    """The refusal of a window in which nothing would ever be opened."""
    early = f", of which the last {window.minutes_before} minutes are left out" if window.at_end == FLATTEN else ""
    return Wrong(
        f"trading_window: {shown(window)} is never open{early}, so nothing would ever be opened; widen the hours"
        + (" or name fewer minutes" if early else ""),
        field=at("calendar" if window.calendar else "end" if not window.hours else "hours"),
    )


def check_closes(window: TradingWindow, times: Sequence[int], frame_ms: int) -> None:
    """Refuse a window in which no candle of a length ever closes. Raises Wrong."""
    if not any(-(-begin // frame_ms) * frame_ms < end for begin, end in zip(times[::2], times[1::2], strict=True)):
        raise Wrong(
            f"trading_window: no candle of {frame_ms // 1_000} s closes within {shown(window)}, so nothing would ever "
            "be opened; choose a shorter timeframe or wider hours",
            field=at("calendar" if window.calendar else "end" if not window.hours else "hours"),
        )


def check_years(window: TradingWindow, first_ms: int, last_ms: int) -> None:
    """Refuse times for which nobody knows when the window is open. Raises BadInput."""
    first, last = known_years(window)
    if first <= first_ms and last_ms <= last:
        return
    what = f"calendar {window.calendar}" if window.calendar else "a trading window"
    raise BadInput(
        f"{what} is known from {day_of(first)} to {day_of(last)}, and the candles go from {day_of(first_ms)} to "
        f"{day_of(last_ms)}; give a start and an end within these years, or leave the window out"
    )


def day_of(time_ms: int) -> str:
    """The UTC day of a time."""
    return datetime.fromtimestamp(time_ms / 1000, ZoneInfo("UTC")).date().isoformat()


def next_times(times: Sequence[int], now_ms: int, count: int) -> Times:
    """The window that is open at a time, if any, and those after it."""
    place = bisect_right(times, now_ms) // 2 * 2
    return tuple(zip(times[place : place + 2 * count : 2], times[place + 1 : place + 2 * count : 2], strict=True))


def window_of(text: str, calendar: str = "", at_end: str = "cancel_entries", minutes_before: int = 5) -> TradingWindow:
    """A window as it is typed: hours, a time zone and days, a calendar, or both. Raises BadInput."""
    if not text and not calendar:
        raise BadInput('a trading window names neither hours nor a calendar; write "09:30-16:00 New York" or XNYS')
    rest = {"calendar": calendar, "at_end": at_end, "minutes_before": minutes_before}
    spans = spans_of(text, "") if text else ()
    if len(spans) == 1 and not calendar:
        one = spans[0]
        window = TradingWindow(
            one.start, one.end, one.days, one.zone or "UTC", at_end=at_end, minutes_before=minutes_before
        )
    else:
        window = TradingWindow(hours=text, **rest)  # type: ignore[arg-type]
    checked_window(window)
    return window


def shown(window: TradingWindow) -> str:
    """The same in words."""
    parts = [window.calendar] if window.calendar else []
    spans = spans_in(window)
    for k, one in enumerate(spans):
        alike = k + 1 < len(spans) and (spans[k + 1].days, spans[k + 1].zone) == (one.days, one.zone)
        parts.append(f"{one.start} to {one.end}" + ("" if alike else f" {one.zone}, {days_text(one.days)}"))
    return "; ".join(parts)
