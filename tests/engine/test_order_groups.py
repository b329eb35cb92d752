"""Which of a group rests: the list, the stop, or the target; and what is held, watched and set off by a price."""

import pytest
from msgspec.structs import replace
from tests.engine.test_order_lists import LINK, stop, target, working

from botswain.core.codes import LIMIT, MARKET
from botswain.engine.order_groups import OrderGroups, at_once
from botswain.model.intents import Certainty, Place, Wanted
from botswain.model.reasons import Reason

MARKS = {0: 100}
PAIR = (stop(), target())


class Watched(OrderGroups):
    """Groups whose owner watches what does not rest."""

    def rest(self, rows, working, marks):
        kept, held = self.resting(rows, working, marks)
        self.hold(held)
        return kept


def groups(*, lists=True):
    return Watched(lists=lists)


def test_a_venue_with_lists_holds_both():
    one = groups()
    assert one.rest(PAIR, [], MARKS) == list(PAIR)
    assert one.held == []
    assert one.watched(0) == (None, None)


def test_without_lists_the_stop_rests_and_the_target_is_watched():
    one = groups(lists=False)
    assert one.rest(PAIR, [], MARKS) == [PAIR[0]]
    assert one.watched(0) == (None, 110)
    assert one.watched(1) == (None, None)


def test_without_lists_the_target_takes_the_stops_place_while_the_close_is_beyond_it():
    one = groups(lists=False)
    assert one.rest(PAIR, [], {0: 110}) == [PAIR[1]]
    assert one.watched(0) == (90, None)


def test_a_price_that_comes_to_a_held_target_lets_it_rest_until_the_next_candle():
    one = groups(lists=False)
    one.rest(PAIR, [], MARKS)
    assert one.crossed(0, 109, 109) == []
    assert one.crossed(0, 110, 110) == [PAIR[1]]
    assert one.crossed(0, 111, 111) == []
    assert one.rest(PAIR, [], MARKS) == [PAIR[1]]
    one.again()
    assert one.rest(PAIR, [], MARKS) == [PAIR[0]]


def test_a_price_that_comes_to_a_held_stop_sends_it_by_the_market():
    one = groups(lists=False)
    one.rest(PAIR, [], {0: 110})
    assert one.crossed(0, 90, 95) == [PAIR[0]]
    assert one.passed == {(0, 4, 1)}
    now = replace(PAIR[0], kind=MARKET, trigger=0)
    assert one.rest([now, PAIR[1]], [], {0: 110}) == [now]


def test_a_list_that_the_price_had_passed_is_not_asked_for_until_the_next_candle():
    one = groups()
    legs = [working(row) for row in PAIR]
    assert one.ended(legs[0], Reason.LIST_PASSED)
    assert one.rest(PAIR, [], MARKS) == [PAIR[0]]
    one.again()
    assert one.rest(PAIR, [], MARKS) == list(PAIR)


def test_where_the_stop_then_rests_the_price_had_come_to_the_target():
    one = groups()
    one.ended(working(PAIR[0]), Reason.LIST_PASSED)
    alone = working(PAIR[0], listed="")
    assert one.rest(PAIR, [replace(alone, certainty=Certainty.UNKNOWN)], MARKS) == [PAIR[0]]
    assert one.rest(PAIR, [alone], MARKS) == [PAIR[1]]
    assert one.rest(PAIR, [working(PAIR[1], listed="", certainty=Certainty.UNKNOWN)], MARKS) == [PAIR[1]]


def test_a_stop_whose_trigger_had_passed_too_goes_by_the_market():
    one = groups()
    one.ended(working(PAIR[0]), Reason.LIST_PASSED)
    assert one.ended(working(PAIR[0], listed=""), Reason.TRIGGER_PASSED)
    assert (0, 4, 1) in one.passed
    now = replace(PAIR[0], kind=MARKET, trigger=0)
    assert one.rest([now, PAIR[1]], [], MARKS) == [now]


def test_a_list_that_the_venue_does_not_take_is_not_asked_for_again_in_this_rev():
    one = groups()
    assert one.ended(working(PAIR[0]), Reason.LIST_REFUSED)
    one.again()
    assert one.rest(PAIR, [], MARKS) == [PAIR[0]]
    anew = (stop(rev=2), target(rev=2))
    assert one.rest(anew, [], MARKS) == list(anew)


def test_other_ends_change_nothing():
    assert not groups().ended(working(PAIR[0]), Reason.CANCELED)


def test_a_stop_that_is_filling_is_left_to_its_end():
    one = groups()
    filling = working(stop(), filled=3, leaves=7)
    assert one.rest([stop(leaves=7), target(leaves=7)], [filling], MARKS) == [stop(leaves=7)]


def test_a_target_that_fills_in_part_stays_while_its_other_order_has_ended():
    one = groups()
    filling = working(target(), filled=3, leaves=7)
    assert one.rest([stop(leaves=7), target(leaves=7)], [filling], MARKS) == [target(leaves=7)]
    assert one.watched(0) == (90, None)


def test_a_target_that_took_the_stops_place_gives_way_to_a_list_when_the_price_has_left_it():
    one = groups()
    alone = working(target(), listed="")
    assert one.rest(PAIR, [alone], {0: 112}) == [PAIR[1]]
    assert one.rest(PAIR, [alone], {0: 105}) == list(PAIR)


class TestHeld:
    """Lots of an exit that own orders cover (docs/decisions/0006)."""

    def test_they_do_not_rest_and_are_watched(self):
        one = groups()
        rows = (stop(held=6), target(held=6))
        assert one.rest(rows, [], MARKS) == [stop(leaves=4), target(leaves=4)]
        assert one.watched(0) == (90, 110)

    def test_a_price_sets_them_off_once(self):
        one = groups()
        one.rest((stop(held=10), target(held=10)), [], MARKS)
        assert one.crossed(0, 91, 91) == []
        assert [row.slot for row in one.crossed(0, 89, 89)] == [4]
        assert (one.fired, one.passed) == ({(0, 4, 1)}, {(0, 4, 1)})
        assert one.crossed(0, 88, 88) == []

    def test_a_target_that_was_set_off_rests_by_itself_also_after_a_candle(self):
        one = groups()
        one.rest((stop(held=10), target(held=10)), [], MARKS)
        assert [row.slot for row in one.crossed(0, 110, 110)] == [5]
        one.again()
        assert one.rest(PAIR, [], MARKS) == [PAIR[1]]

    def test_a_fill_of_the_part_that_rested_says_the_same(self):
        one = groups()
        one.rest((stop(held=6), target(held=6)), [], MARKS)
        assert [row.slot for row in one.filled(working(stop(leaves=4)))] == [4]
        assert one.filled(working(stop(leaves=4))) == []

    def test_of_a_candle_all_prices_count_for_what_was_held_when_it_began(self):
        one = groups()
        one.rest((stop(held=10), target(held=10)), [], MARKS)
        assert one.closed(0, 85, 105, 100) == []
        one.stand()
        assert [row.slot for row in one.closed(0, 85, 105, 100)] == [4]

    def test_a_row_by_itself_is_held_as_well(self):
        one = groups()
        assert one.rest([stop(held=10)], [], MARKS) == [stop(leaves=0)]
        assert one.watched(0) == (90, None)


@pytest.mark.parametrize(("side", "kind", "falls"), [(-1, MARKET, True), (1, LIMIT, True), (-1, LIMIT, False)])
def test_a_price_comes_from_the_right_side(side, kind, falls):
    row = Wanted(0, 0, 1, side, LIMIT if kind == LIMIT else 3, 50, 50, 0, 0, LINK, 0, 5, reducing=True)
    one = groups(lists=False)
    one.held = [row]
    assert bool(one.crossed(0, 49, 49)) is falls
    one.again()
    one.passed.clear()
    assert bool(one.crossed(0, 51, 51)) is not falls


def test_the_price_has_a_say_only_where_not_all_of_a_group_rests():
    one = groups()
    legs = [working(PAIR[0]), working(PAIR[1])]
    for mark in range(80, 121):
        assert one.rest(PAIR, legs, {0: mark}) == list(PAIR)
        assert not one.open
    one.ended(legs[0], Reason.LIST_PASSED)
    assert one.open
    alone = groups(lists=False)
    alone.rest(PAIR, [], MARKS)
    assert alone.open


class TestAtOpen:
    """A bot that acts at its closes: an exit goes as it stood when its candle began."""

    def begun(self, *rows):
        one = Watched(lists=True, at_open=True)
        one.rest(rows, [], MARKS)
        one.stand(lambda: {(0, row.slot, row.rev) for row in rows})
        return one

    def test_it_goes_with_the_lots_that_it_had(self):
        one = self.begun(stop(held=10), target(held=10))
        assert [row.slot for row in one.crossed(0, 90, 90)] == [4]
        assert one.going == {(0, 4, 1): stop(held=10)}
        assert at_once(one.going[0, 4, 1]) == replace(stop(), kind=MARKET, trigger=0)
        assert at_once(target(held=10)) == target()

    def test_when_all_of_it_has_gone_it_is_over_and_nothing_is_watched_until_the_next_candle(self):
        one = self.begun(stop(held=6), target(held=6))
        assert one.filled(working(stop(leaves=4))) != []
        assert not one.went(working(stop(leaves=4)), 4, flat=False)
        assert one.goes(working(stop()))
        assert one.going[0, 4, 1].leaves == 6
        assert one.went(working(stop()), 6, flat=False)
        assert (one.going, one.fired, one.passed, one.held) == ({}, set(), set(), [])
        assert not one.went(working(stop()), 6, flat=False)

    def test_it_is_over_where_no_position_is_left(self):
        one = self.begun(stop(held=10))
        one.crossed(0, 90, 90)
        assert one.went(working(stop()), 7, flat=True)

    def test_what_stood_is_known_while_anything_is_held_or_goes(self):
        one = self.begun(stop(held=10))
        assert one.standing == {(0, 4, 1)}
        one.crossed(0, 90, 90)
        one.hold([])
        one.stand(lambda: {(0, 1, 7)})
        assert one.standing == {(0, 1, 7)}
        one.went(working(stop()), 10, flat=True)
        one.stand(lambda: {(0, 1, 8)})
        assert one.standing == set()

    def test_a_stop_that_a_close_has_passed_goes_with_what_that_close_sends_in_its_two_parts(self):
        one = Watched(lists=True, at_open=True)
        rows = (stop(held=6), target(held=6))
        assert one.passed_at_close(rows, {1: 80}) == []
        assert one.passed_at_close(rows, {0: 91}) == []
        assert one.passed_at_close(rows, {0: 111}) == []
        assert one.passed_at_close(rows, {0: 90}) == [rows[0]]
        assert one.passed_at_close(rows, {0: 90}) == []
        now, other = at_once(one.going[0, 4, 1]), Place(replace(target(), slot=9))
        parts = [Place(replace(now, leaves=4)), Place(replace(now, leaves=6))]
        assert one.in_parts([Place(now), other]) == [*parts, other]
        one.went(working(stop(leaves=4)), 4, flat=False)
        assert one.in_parts([parts[1]]) == [parts[1]]
