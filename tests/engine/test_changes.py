"""What an instant changed: every field of a wanted row, each note and the strategy's memory, once and no more."""

from decimal import Decimal

import pytest

from botswain.build.layout import layout_of
from botswain.build.plan import Plan, new_state
from botswain.engine.changes import Changes
from botswain.model.instrument import Instrument
from botswain.model.journal import MarketRef
from botswain.store.bot_records import RowNow
from botswain.strategies.grid import Grid

HERE = MarketRef("segment", 7)


@pytest.fixture
def state():
    """Two symbols of a grid of four levels, which keeps numbers of its own."""
    rules = tuple(Instrument(one, Decimal("0.1"), Decimal("0.001")) for one in ("BTC/USDT", "ETH/USDT"))
    plan = Plan(Grid(levels=4, step="0.01"), rules, 60_000)
    return new_state(plan, layout_of(plan.strategy), 64, compiled=True)


def test_nothing_changed_is_no_step(state):
    assert Changes(state).step(HERE, 1) is None


@pytest.mark.parametrize("name", [one for one in RowNow.__struct_fields__ if one not in ("symbol", "slot")])
def test_every_field_of_a_row_is_written_when_it_changes_and_only_then(name, state):
    changes = Changes(state)
    row = state.parts["rows"][state.width + 2]
    setattr(row, {"flags": "flag_bits"}.get(name, name), 0.35 if name == "x" else 3)
    [found] = changes.step(HERE, 1).rows
    assert (found.symbol, found.slot) == (1, 2)
    told = {one: getattr(found, one) for one in found.__struct_fields__ if one not in ("symbol", "slot")}
    assert told == dict.fromkeys(told, 0) | {name: 0.35 if name == "x" else 3}
    assert changes.step(HERE, 2) is None


def test_a_target_is_written_with_the_fraction_that_was_asked_for(state):
    changes = Changes(state)
    state.parts["rows"][0].x = -0.6180339887498949
    [found] = changes.step(HERE, 1).rows
    assert found.x == -0.6180339887498949
    assert type(found.x) is float


def test_memory_is_written_whole_when_any_of_it_changed(state):
    changes = Changes(state)
    state.parts["mem"][1] = 2.5
    step = changes.step(HERE, 1)
    assert step.memory[1] == 2.5
    assert len(step.memory) == len(state.parts["mem"])
    assert changes.step(HERE, 2) is None


def test_notes_are_written_once_and_the_last_ones_of_very_many(state):
    changes, room = Changes(state), state.note_room
    state.parts["notes"][0].code = 5
    state.account.notes = 1
    assert [one.code for one in changes.step(HERE, 1).notes] == [5]
    assert changes.step(HERE, 2) is None
    state.account.notes = 1 + room + 9
    assert len(changes.step(HERE, 3).notes) == room
