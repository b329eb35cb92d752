"""A trading window as people write it, and the times it comes to: summer time, midnight, days, and what is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from botswain.control.trading_hours import boundaries, check_closes, shown, window_of
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
        ("", "names neither hours nor a calendar"),
        (" ; ", "are not understood; write it as"),
        ("noon", "are not understood"),
        ("09:30", "'09:30' has no end"),
        ("09:30-16:00 UTC mon-fri x", "time zone 'UTC mon-fri x' is unknown"),
        ("09:30-16:00 mon tue", "day 'montue' is none"),
        ("9:30-16:00", "'9:30' is no time; write one such as 09:30"),
        ("09:30-24:00", "'24:00' is no time"),
        ("09:30-09:30", "start and end at 09:30"),
        ("09:30-16:00 Mars/Base", "time zone 'Mars/Base' is unknown; write a name such as UTC"),
        ("09:30-16:00 New Yrk", "time zone 'New Yrk' is unknown; did you mean 'America/New_York'?"),
        ("09:30-16:00 Europe/Londn mon", "did you mean 'Europe/London'?"),
        ("09:30-16:00 UTC mon-fry", "day 'fry' is none; did you mean 'fri'?"),
        ("; ".join(["00:00-01:00"] * 49), "hours"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(text, said):
    with pytest.raises(BadInput) as caught:
        window_of(text)
    assert said in str(caught.value)


def utc(window, day):
    """When it opens and closes on a UTC day, as HH:MM."""
    begin = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000
    times = boundaries(window)
    spans = [one for one in zip(times[::2], times[1::2], strict=True) if begin <= one[0] < begin + 86_400_000]
    return [tuple(f"{datetime.fromtimestamp(moment / 1000, UTC):%H:%M}" for moment in one) for one in spans]


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        # New York's clocks go from 02:00 to 03:00 on 2026-03-08: 02:30 is 03:30, which is 07:30 UTC.
        ("02:30-04:00 New York", "2026-03-07", [("07:30", "09:00")]),
        ("02:30-04:00 New York", "2026-03-08", [("07:30", "08:00")]),
        ("02:15-02:45 New York", "2026-03-08", [("07:15", "07:45")]),
        ("02:30-03:15 New York", "2026-03-08", []),  # nothing is left of it
        # And from 02:00 back to 01:00 on 2026-11-01: of 01:30, which is there twice, it is the first, 05:30 UTC.
        ("01:30-03:00 New York", "2026-11-01", [("05:30", "08:00")]),
        ("00:30-01:30 New York", "2026-11-01", [("04:30", "05:30")]),
        # London: forward at 01:00 on 2026-03-29, back at 02:00 on 2026-10-25.
        ("01:30-03:00 London", "2026-03-29", [("01:30", "02:00")]),
        ("01:30-03:00 London", "2026-10-25", [("00:30", "03:00")]),
        ("22:00-04:00 London sat", "2026-10-24", [("21:00", "04:00")]),  # over midnight and the change
        (
            "09:30-12:00, 13:00-16:00 new_york mon-fri; 10:00-11:00 utc sat",
            "2026-07-03",
            [("13:30", "16:00"), ("17:00", "20:00")],
        ),
        ("09:30-12:00, 13:00-16:00 new_york mon-fri; 10:00-11:00 utc sat", "2026-07-04", [("10:00", "11:00")]),
        ("09:30-12:00,11:00-16:00 UTC", "2026-07-04", [("09:30", "16:00")]),  # those that overlap are one
    ],
)
def test_hours_of_a_day_are_those_of_the_places_clock(text, day, expected):
    assert utc(window_of(text), day) == expected


def test_a_window_of_which_flattening_leaves_nothing_is_never_open():
    short = TradingWindow("09:00", "09:05", at_end="flatten")
    with pytest.raises(
        BadInput, match="09:00 to 09:05 UTC, every day is never open, of which the last 5 minutes are left"
    ):
        boundaries(short)
    assert boundaries(TradingWindow("09:00", "09:05"))


def test_a_window_in_which_no_candle_closes_is_refused():
    window = window_of("09:30-16:00 New York")
    check_closes(window, boundaries(window), 3_600_000)
    with pytest.raises(BadInput, match="no candle of 86400 s closes within 09:30 to 16:00 America/New_York, every day"):
        check_closes(window, boundaries(window), 86_400_000)


@pytest.mark.parametrize("days", [(), (0,), (8,)])
def test_days_that_there_are_not_are_refused(days):
    with pytest.raises(BadInput, match="day"):
        boundaries(TradingWindow("09:30", "16:00", days))
