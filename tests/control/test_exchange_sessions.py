"""Hours of exchanges by their calendars: half days, holidays, summer time on both sides, breaks, names and years.

The dates are those that the exchanges publish; the times are worked out by hand.
"""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from botswain.control.exchange_sessions import sessions_of
from botswain.control.trading_hours import boundaries, check_years, known_years, next_times, shown, window_of
from botswain.control.trading_times import TradingWindow
from botswain.model.errors import BadInput

NEW_YORK, LONDON = "XNYS", "XLON"


def ms(text):
    """2026-03-06T14:30, UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def on(window, day):
    """When a window opens and closes on a UTC day, as HH:MM."""
    times = boundaries(window)
    spans = zip(times[::2], times[1::2], strict=True)
    return [
        tuple(f"{datetime.fromtimestamp(one / 1000, UTC):%H:%M}" for one in span) for span in spans if begins(span, day)
    ]


def begins(span, day):
    return ms(f"{day}T00:00") <= span[0] < ms(f"{day}T00:00") + 86_400_000


@pytest.mark.parametrize(
    ("calendar", "day", "expected"),
    [
        (NEW_YORK, "2025-11-26", [("14:30", "21:00")]),
        (NEW_YORK, "2025-11-27", []),  # Thanksgiving
        (NEW_YORK, "2025-11-28", [("14:30", "18:00")]),  # the half day after it
        (NEW_YORK, "2025-12-24", [("14:30", "18:00")]),
        (NEW_YORK, "2026-01-16", [("14:30", "21:00")]),
        (NEW_YORK, "2026-01-19", []),  # a holiday on a Monday
        (NEW_YORK, "2026-01-20", [("14:30", "21:00")]),
        (NEW_YORK, "2026-03-06", [("14:30", "21:00")]),  # its clocks go forward on the 8th
        (NEW_YORK, "2026-03-09", [("13:30", "20:00")]),
        (NEW_YORK, "2026-10-30", [("13:30", "20:00")]),  # and back on the 1st of November
        (NEW_YORK, "2026-11-02", [("14:30", "21:00")]),
        (LONDON, "2025-12-24", [("08:00", "12:30")]),
        (LONDON, "2026-03-27", [("08:00", "16:30")]),
        (LONDON, "2026-03-30", [("07:00", "15:30")]),
        (LONDON, "2026-10-23", [("07:00", "15:30")]),
        (LONDON, "2026-10-26", [("08:00", "16:30")]),
        ("XTKS", "2023-11-15", [("00:00", "02:30"), ("03:30", "06:00")]),  # without its break
    ],
)
def test_a_day_of_an_exchange(calendar, day, expected):
    assert on(TradingWindow(calendar=calendar), day) == expected


def test_hours_narrow_a_calendar_by_its_own_clock_or_another():
    morning = TradingWindow(calendar=NEW_YORK, hours="09:30-12:00")
    assert on(morning, "2026-03-06") == [("14:30", "17:00")]
    assert on(morning, "2026-03-09") == [("13:30", "16:00")]
    afternoon = TradingWindow(calendar=NEW_YORK, hours="12:00-16:00, 08:00-10:00")
    assert on(afternoon, "2025-11-28") == [("14:30", "15:00"), ("17:00", "18:00")]
    assert on(TradingWindow(calendar=NEW_YORK, hours="16:00-19:00 UTC fri"), "2025-11-28") == [("16:00", "18:00")]
    assert on(TradingWindow(calendar=NEW_YORK, hours="16:00-19:00 UTC fri"), "2025-11-26") == []


def test_it_ends_sooner_where_it_flattens_and_on_a_candle():
    window = TradingWindow(calendar=NEW_YORK, at_end="flatten", minutes_before=7)
    assert on(window, "2025-11-28") == [("14:30", "17:53")]
    times = boundaries(window, 300_000)
    assert ms("2025-11-28T17:50") in times


def test_always_is_no_exchange_and_loads_nothing():
    code = (
        "import sys; from botswain.control.trading_hours import boundaries, window_of;"
        "times = boundaries(window_of('', '24/7')); print(len(times), 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "False"]


def test_the_package_is_not_loaded_before_a_calendar_is_asked_for():
    code = (
        "import sys, botswain.cli.backtest_run, botswain.lab.backtest;"
        "print([n for n in ('pandas', 'exchange_calendars') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("name", "code"), [("NYSE", "XNYS"), ("xnys", "XNYS"), ("NASDAQ", "XNYS"), ("LSE", "XLON")])
def test_names_and_small_letters_are_taken(name, code):
    assert sessions_of(name).name == code


def test_an_unknown_one_is_refused_with_the_near_one():
    with pytest.raises(BadInput, match=r"calendar 'XNYC' is unknown; did you mean 'XNYS'\?"):
        boundaries(TradingWindow(calendar="XNYC"))


def test_candles_of_years_that_it_does_not_know_are_refused():
    window = TradingWindow(calendar=NEW_YORK)
    first, last = known_years(window)
    check_years(window, first, last)
    with pytest.raises(
        BadInput, match=r"calendar XNYS is known from 2009-01-01 to 2035-01-01, and the candles go from 2008"
    ):
        check_years(window, ms("2008-06-02T00:00"), last)
    with pytest.raises(BadInput, match="give a start and an end within these years"):
        check_years(window, first, ms("2036-01-01T00:00"))
    assert known_years(TradingWindow(calendar="XSHG"))[1] <= last  # it ends where the moon's feasts are not known yet


def test_the_next_ones_are_those_after_now_and_the_one_that_lasts():
    times = boundaries(TradingWindow(calendar=NEW_YORK))
    found = next_times(times, ms("2025-11-26T15:00"), 2)
    assert found == (
        (ms("2025-11-26T14:30"), ms("2025-11-26T21:00")),
        (ms("2025-11-28T14:30"), ms("2025-11-28T18:00")),
    )
    assert next_times(times, ms("2025-11-26T21:00"), 1) == (found[1],)


def test_it_is_shown_in_words():
    assert shown(window_of("09:30-12:00", NEW_YORK)) == "XNYS; 09:30 to 12:00 America/New_York, every day"
    assert shown(TradingWindow(calendar=NEW_YORK)) == NEW_YORK
