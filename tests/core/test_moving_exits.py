"""Stops that a gain arms and targets that fall with age, whatever the bot wants and the market does."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.core.chaos import decimals, scenes
from tests.core.runs import Taken
from tests.core.test_properties import no_later, stopped
from tests.stage import tries

from botswain.core.codes import WORKING


@st.composite
def moving(draw):
    """A scene whose exits move."""
    scene = draw(scenes())
    exits = {"trailing_stop": draw(decimals("0.01", "0.03")), "trailing_activation": draw(decimals("0.004", "0.02"))}
    exits |= {"break_even": draw(decimals("0.005", "0.02")), "break_even_offset": draw(decimals("0", "0.004"))}
    exits |= {"roi_3": draw(decimals("0.01", "0.04")), "roi_9": draw(decimals("0", "0.005"))}
    if draw(st.booleans()):
        exits["stop_loss"] = "0.05"
    if draw(st.booleans()):
        exits["take_profit"] = "0.06"
    # A stop that waits for a gain is none by which the risk of a new position could be told.
    limits = {name: value for name, value in scene.settings["limits"].items() if name != "max_trade_risk"}
    return replace(scene, settings=scene.settings | {"exits": exits, "limits": limits})


@tries(40)
@given(moving())
def test_what_is_armed_stays_and_no_exit_is_more_than_the_position(scene):
    taken = Taken(scene)
    before = {}
    for last in range(1, scene.instants + 1):
        taken.go(last)
        state = taken.state
        for s, (lane, book) in enumerate(zip(state.parts["lanes"], state.parts["books"], strict=True)):
            lots = abs(book.pos) // state.parts["terms"][s].lot_units
            place = s * state.width + state.rules.slots
            stop, target = state.parts["rows"][place : place + 2]
            for row in (stop, target):
                assert row.state != WORKING or (0 < row.eff - row.filled <= lots and row.side * book.pos < 0)
            trip = (book.pos > 0, lane.trip_first)
            if s in before and before[s][0] == trip and lots:
                assert lane.armed & before[s][1] == before[s][1]
            if lots and not lane.armed and not state.rules.stop_loss:
                assert stop.state != WORKING
            before[s] = (trip, lane.armed if lots else 0)


@tries(30)
@given(moving(), st.lists(st.integers(0, 70), max_size=6))
def test_a_restart_anywhere_changes_nothing(scene, stops):
    stopped(scene, stops, restart=True)


@tries(20)
@given(moving(), st.data())
def test_what_comes_later_never_changes_what_was(scene, data):
    no_later(scene, data)
