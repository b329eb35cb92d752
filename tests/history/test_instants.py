"""Times as people read and write them."""

from __future__ import annotations

import pytest

from botswain.history.instants import instant, instant_ms, iso
from botswain.model.errors import BadInput

NEW_YEAR_MS = 1_704_067_200_000


def test_a_time_is_shown_with_milliseconds_only_where_there_are_any() -> None:
    assert iso(NEW_YEAR_MS) == "2024-01-01T00:00:00Z"
    assert iso(NEW_YEAR_MS + 7) == "2024-01-01T00:00:00.007Z"
    assert iso(-1) == "1969-12-31T23:59:59.999Z"
    assert instant(NEW_YEAR_MS) == "2024-01-01T00:00:00Z = 1704067200000"


def test_a_time_outside_the_calendar_is_still_shown() -> None:
    assert iso(10**18) == "1000000000000000000 ms, outside the calendar"


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-01",
        "2024-01-01T00:00",
        "2024-01-01 00:00:00Z",
        "2024-01-01T02:00+02:00",
        "1704067200000",
        " 2024-01-01 ",
    ],
)
def test_a_time_is_read_however_it_is_written(text: str) -> None:
    assert instant_ms(text) == NEW_YEAR_MS


def test_milliseconds_survive() -> None:
    assert instant_ms("2024-01-01T00:00:00.007") == NEW_YEAR_MS + 7


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", "1704067200", "01/02/2024"])
def test_what_is_no_time_is_named_with_what_is_one(text: str) -> None:
    with pytest.raises(BadInput, match=r"--start '.*' is not a time; write 2024-01-31"):
        instant_ms(text, "--start")
