"""A ladder, whatever the bot wants and the market does: what its pieces promise, at every candle."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.core.chaos import decimals, scenes
from tests.core.runs import Taken
from tests.core.test_properties import no_later, stopped
from tests.stage import tries

from botswain.core.codes import LIMIT, MARKET, STOP, WORKING
from botswain.core.rows import exit_lots


@st.composite
def laddered(draw):
    """A scene of a position that goes in parts."""
    scene = draw(scenes())
    exits = {"take_profit_1": draw(decimals("0.01", "0.03")), "take_profit_share_1": draw(decimals("0.25", "0.5"))}
    if draw(st.booleans()):
        exits |= {"take_profit_2": "0.05", "take_profit_share_2": draw(decimals("0.1", "0.333", "0"))}
    if draw(st.booleans()):
        exits["stop_loss"] = "0.04"
    exits |= {"trailing_stop": draw(decimals("0.9", "0.03")), "break_even": "0.02"}
    return replace(scene, settings=scene.settings | {"exits": exits})


@tries(40)
@given(laddered())
def test_together_the_pieces_are_the_position_and_none_is_bare(scene):
    taken = Taken(scene)
    for last in range(1, scene.instants + 1):
        taken.go(last)
        state = taken.state
        slots = state.rules.slots
        for s, book in enumerate(state.parts["books"]):
            terms = state.parts["terms"][s]
            lots = exit_lots(state.handle, s, abs(book.pos) // terms.lot_units)
            rows = state.parts["rows"][s * state.width : (s + 1) * state.width]
            exits = [row for row in rows[slots:] if row.state == WORKING]
            stops = sum(row.eff - row.filled for row in exits if row.kind == STOP)
            targets = sum(row.eff - row.filled for row in exits if row.kind == LIMIT)
            assert all(row.side * book.pos < 0 and row.eff > row.filled for row in exits)
            assert max(stops, targets) <= lots
            leaving = any(row.state == WORKING and row.kind == MARKET for row in rows)
            small = any(row.state == 5 for row in rows[slots:])
            if not leaving and not small and not terms.max_lots:
                assert stops == lots


@tries(25)
@given(laddered(), st.lists(st.integers(0, 70), max_size=6))
def test_a_restart_anywhere_changes_nothing(scene, stops):
    stopped(scene, stops, restart=True)


@tries(15)
@given(laddered(), st.data())
def test_what_comes_later_never_changes_what_was(scene, data):
    no_later(scene, data)
