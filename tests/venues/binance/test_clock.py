"""The venue's time comes from the tightest round trip, and a wrong clock raises an alarm."""

import pytest

from botswain.venues.binance.clock import FRESH_MS, VenueClock


def test_the_offset_is_taken_at_the_midpoint_of_the_round_trip() -> None:
    clock = VenueClock()
    assert (clock.known, clock.venue_ms(5), clock.uncertain_ms) == (False, 5, None)
    clock.heard(1000, 1100, 3050)
    assert (clock.offset_ms, clock.uncertain_ms, clock.venue_ms(2000)) == (2000, 50, 4000)


def test_the_tightest_round_trip_is_believed() -> None:
    clock = VenueClock()
    clock.heard(0, 400, 300)
    clock.heard(1000, 1010, 1105)
    clock.heard(2000, 2300, 2200)
    assert (clock.offset_ms, clock.uncertain_ms) == (100, 5)


@pytest.mark.parametrize(
    ("offset", "trip", "alarm"), [(501, 0, True), (500, 0, False), (-5000, 100, True), (520, 100, False)]
)
def test_half_a_second_is_an_alarm_the_uncertainty_granted(offset: int, trip: int, alarm: bool) -> None:
    clock = VenueClock()
    clock.heard(10_000, 10_000 + trip, 10_000 + trip // 2 + offset)
    assert clock.alarm is alarm


def test_a_step_of_either_clock_makes_older_round_trips_worthless() -> None:
    clock = VenueClock()
    clock.heard(10_000, 10_010, 10_005)
    clock.heard(20_000, 20_100, 25_050)
    assert clock.offset_ms == 5_000
    clock.heard(15_000, 15_200, 25_100)
    assert clock.offset_ms == 10_000


def test_a_round_trip_that_ends_before_it_began_is_no_evidence() -> None:
    clock = VenueClock()
    clock.heard(10_000, 10_010, 10_005)
    clock.heard(10_020, 9_000, 10_030)
    assert not clock.known


def test_old_round_trips_are_stale() -> None:
    clock = VenueClock()
    assert clock.stale(0)
    clock.heard(0, 0, 0)
    assert not clock.stale(FRESH_MS)
    assert clock.stale(FRESH_MS + 1)


def test_the_earliest_time_is_never_ahead_of_the_venues() -> None:
    clock = VenueClock()
    assert clock.earliest_ms(100) == 100
    # The reply left the venue at 1150 of its time; on the way there and back 41 ms were lost, nobody knows where.
    clock.heard(1_000, 1_041, 1_150)
    for left_at in range(1_000, 1_042):
        assert clock.earliest_ms(left_at) <= 1_150
    assert clock.earliest_ms(1_041) == clock.venue_ms(1_041) - 21
    clock.heard(1_100, 1_090, 1_250)
    assert (clock.known, clock.earliest_ms(2_000)) == (False, 2_000)
