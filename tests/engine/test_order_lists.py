"""Two orders as one list: when they are placed, kept, taken off and placed anew, and when nothing is touched."""

from dataclasses import replace

import msgspec
import pytest

from botswain.core.codes import LIMIT, MARKET, STOP, STOP_LIMIT
from botswain.engine.offered import within_position
from botswain.engine.order_lists import lists_of, pair_of, planned, slots_of
from botswain.model.intents import (
    Abilities,
    Amend,
    Cancel,
    CancelList,
    Certainty,
    Place,
    PlaceList,
    Replace,
    Wanted,
    Working,
)

LISTS = Abilities(amends_down=True, replaces=True, lists=True)
LINK = 7


def stop(trigger=90, leaves=10, slot=4, **more):
    facts = {"symbol": 0, "rev": 1, "side": -1, "kind": STOP, "price": 0, "tif": 0, "flags": 6, "link": LINK, "tag": 0}
    return Wanted(**{**facts, "slot": slot, "trigger": trigger, "leaves": leaves, "reducing": True,
                     "protective": True, **more})  # fmt: skip


def target(price=110, leaves=10, slot=5, **more):
    return stop(0, leaves, slot, **{"kind": LIMIT, "price": price, **more})


def working(row, listed="list-1", **more):
    names = ("symbol", "slot", "rev", "side", "kind", "price", "trigger", "tif", "flags", "link", "leaves")
    facts = {name: getattr(row, name) for name in names}
    return Working(f"id-{row.slot}", attempt=1, listed=listed, **{**facts, **more})


PAIR = (stop(), target())
LEGS = (working(PAIR[0]), working(PAIR[1]))


def test_two_that_belong_together_are_placed_as_one_list():
    assert planned(PAIR, [], LISTS) == [PlaceList(PAIR)]


def test_a_list_that_is_as_wanted_is_left_alone():
    assert planned(PAIR, LEGS, LISTS) == []


def test_a_venue_without_lists_is_sent_them_one_by_one():
    assert planned(PAIR, [], replace(LISTS, lists=False)) == [Place(PAIR[0]), Place(PAIR[1])]


@pytest.mark.parametrize(
    "rows", [(stop(trigger=95), target()), (stop(), target(price=111)), (stop(leaves=4), target(leaves=4)),
             (stop(rev=2), target(rev=2))],
)  # fmt: skip
def test_a_list_that_differs_in_anything_is_taken_off_and_placed_anew_in_the_same_breath(rows):
    assert planned(rows, LEGS, LISTS) == [CancelList(LEGS), PlaceList(rows)]


def test_a_list_that_is_not_wanted_is_taken_off_once():
    assert planned([], LEGS, LISTS) == [CancelList(LEGS)]


def test_one_of_two_alone_takes_the_place_of_their_list():
    alone = stop(kind=MARKET, trigger=0, link=0)
    assert planned([alone], LEGS, LISTS) == [CancelList(LEGS), Place(alone)]


def test_a_list_takes_the_place_of_an_order_by_itself():
    alone = working(stop(), listed="")
    assert planned(PAIR, [alone], LISTS) == [Cancel(alone), PlaceList(PAIR)]


def test_what_is_left_of_a_list_works_like_any_order():
    left = working(target(), filled=3, leaves=7)
    assert planned([target(leaves=7)], [left], LISTS) == []
    assert planned([target(leaves=5)], [left], LISTS) == [Amend(left, 5)]
    assert planned([], [left], LISTS) == [Cancel(left)]


def test_while_one_of_a_list_fills_nothing_is_done_until_the_venue_has_ended_the_other():
    filling = (LEGS[0], msgspec.structs.replace(LEGS[1], filled=3, leaves=7))
    assert planned([stop(leaves=7), target(leaves=7)], filling, LISTS) == []


@pytest.mark.parametrize("doubtful", [0, 1])
def test_an_order_in_doubt_blocks_both_slots(doubtful):
    legs = list(LEGS)
    legs[doubtful] = msgspec.structs.replace(LEGS[doubtful], certainty=Certainty.UNKNOWN)
    assert planned((stop(trigger=95), target()), legs, LISTS) == []


def test_an_order_in_doubt_blocks_its_group_where_it_rested_by_itself():
    alone = working(stop(), listed="", certainty=Certainty.UNKNOWN)
    assert planned([target()], [alone], LISTS) == []
    other = stop(slot=1, link=0)
    assert planned([target(), other], [alone], LISTS) == [Place(other)]


def test_others_are_planned_as_ever_between_cancels_and_lists():
    grid = Wanted(0, 0, 1, 1, LIMIT, 80, 0, 0, 0, 0, 0, 5, reducing=False)
    moved = working(msgspec.structs.replace(grid, price=79), listed="")
    found = planned((grid, stop(trigger=95), target()), [*LEGS, moved], LISTS)
    assert found == [CancelList(LEGS), Replace(moved, grid), PlaceList((stop(trigger=95), target()))]


@pytest.mark.parametrize(
    "group",
    [
        [stop()],
        [stop(), target(leaves=9)],
        [stop(), target(side=1)],
        [stop(kind=STOP_LIMIT), target()],
        [stop(), stop(slot=5)],
        [stop(reducing=False), target()],
        [stop(trigger=110), target(price=110)],
        [stop(), target(), target(slot=6)],
    ],
)
def test_what_cannot_be_a_list_is_none(group):
    assert pair_of(group) is None


def test_two_symbols_and_two_groups_are_never_mixed():
    other = (stop(symbol=1), target(symbol=1))
    rows = (*PAIR, *other, stop(slot=6, link=8), target(slot=7, link=8))
    assert planned(rows, [], LISTS) == [PlaceList(PAIR), PlaceList(other), PlaceList(rows[4:])]


def test_actions_say_which_slots_they_concern():
    assert slots_of(PlaceList(PAIR)) == slots_of(CancelList(LEGS)) == {(0, 4), (0, 5)}
    assert slots_of(Place(PAIR[0])) == slots_of(Cancel(LEGS[0])) == {(0, 4)}
    assert lists_of(LEGS[:1]) == []


def test_a_list_counts_once_against_the_position():
    assert within_position(PAIR, [], [10], [False]) == list(PAIR)
    assert [one.leaves for one in within_position(PAIR, [], [4], [False])] == [4, 4]


def test_an_own_sell_gets_what_the_list_leaves():
    own = Wanted(0, 0, 1, -1, LIMIT, 120, 0, 0, 0, 0, 0, 10, reducing=True)
    found = within_position([own, stop(leaves=6), target(leaves=6)], [], [10], [False])
    assert [one.leaves for one in found] == [4, 6, 6]


def test_a_list_in_doubt_counts_once_too():
    own = Wanted(0, 0, 1, -1, LIMIT, 120, 0, 0, 0, 0, 0, 10, reducing=True)
    legs = [working(one, leaves=6, certainty=Certainty.UNKNOWN) for one in PAIR]
    found = within_position([own, *PAIR], legs, [10], [False])
    assert found == [msgspec.structs.replace(own, leaves=4)]


def test_what_goes_by_the_market_comes_before_what_protects():
    now = Wanted(0, 0, 1, -1, MARKET, 0, 0, 0, 0, 0, 0, 7, reducing=True)
    assert [one.leaves for one in within_position([now, *PAIR], [], [10], [False])] == [7, 3, 3]
    assert [one.leaves for one in within_position([now, *PAIR], [], [10], [True])] == [7, 10, 10]


def test_a_plain_stop_does_not_make_way_for_a_sale_that_only_reduces():
    """It passed the gate as closing, so it works as reduce-only, and both are for the same ten."""
    sale = Wanted(0, 0, 1, -1, LIMIT, 120, 0, 0, 2, 0, 0, 10, reducing=True)
    guard = Wanted(0, 1, 1, -1, STOP, 0, 90, 0, 2, 0, 0, 10, reducing=True)
    assert [one.leaves for one in within_position([sale, guard], [], [10], [True])] == [0, 10]
