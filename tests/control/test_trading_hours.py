"""A trading window as people write it, and the times it comes to: summer time, midnight, days, and what is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from botswain.control.trading_hours import boundaries, shown, window_of
from botswain.control.trading_times import TradingWindow
from botswain.model.errors import BadInput


def inside(window, moment):
    """By its definition: some day of its days began at most a day ago, and its clock is between start and end."""
    local = moment.astimezone(ZoneInfo(window.time_zone))
    clock, start, end = f"{local:%H:%M}", window.start, window.end
    if start < end:
        return local.isoweekday() in window.days and start <= clock < end
    before = (local - timedelta(days=1)).isoweekday()
    return (local.isoweekday() in window.days and clock >= start) or (before in window.days and clock < end)


@pytest.mark.parametrize(
    "text",
    [
        "09:30-16:00 America/New_York mon-fri",
        "22:00-06:00 Europe/Berlin fri,sun",
        "00:00-12:00",
        "20:15-20:00 Asia/Tokyo",
    ],
)
def test_every_quarter_of_two_years_is_in_or_out_as_the_places_clock_says(text):
    window = window_of(text)
    times = boundaries(window)
    assert list(times) == sorted(set(times))
    moment, passed = datetime(2025, 1, 1, tzinfo=UTC), 0
    for _ in range(2 * 365 * 96):
        now = int(moment.timestamp()) * 1000
        while passed < len(times) and times[passed] <= now:
            passed += 1
        assert (passed % 2 == 1) is inside(window, moment), moment
        moment += timedelta(minutes=15)


def test_windows_read_as_they_are_typed():
    assert window_of("09:30-16:00 America/New_York mon-fri") == TradingWindow(
        "09:30", "16:00", (1, 2, 3, 4, 5), "America/New_York"
    )
    assert window_of("22:00-06:00 sat-mon") == TradingWindow("22:00", "06:00", (1, 6, 7), "UTC")
    assert window_of("22:00-06:00 UTC") == TradingWindow("22:00", "06:00")
    assert shown(window_of("22:00-06:00 sat,sun")) == "22:00 to 06:00 UTC, sat, sun"
    assert shown(window_of("22:00-06:00")) == "22:00 to 06:00 UTC, every day"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not understood; write it as"),
        ("noon", "is not understood"),
        ("09:30-16:00 UTC mon-fri x", "is not understood"),
        ("09:30-16:00 mon tue", "is not understood"),
        ("9:30-16:00", "start is '9:30'; write a time such as 09:30"),
        ("09:30-24:00", "end is '24:00'"),
        ("09:30-09:30", "starts and ends at 09:30"),
        ("09:30-16:00 Mars/Base", "time_zone 'Mars/Base' is unknown"),
        ("09:30-16:00 UTC mon-fry", "day 'fry' is none; did you mean 'fri'?"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(text, said):
    with pytest.raises(BadInput, match="window") as caught:
        window_of(text)
    assert said in str(caught.value)


@pytest.mark.parametrize("days", [(), (0,), (8,)])
def test_days_that_there_are_not_are_refused(days):
    with pytest.raises(BadInput, match="day"):
        boundaries(TradingWindow("09:30", "16:00", days))
