"""The two forms of a run's memory hold the same things under the same names."""

import numpy as np
import pytest
from tests.stage import drawn

from botswain.core import access, records
from botswain.core.codes import NO_DOWN, NO_UP
from botswain.core.records import LASTING, RECORDS, SIM, Plain, State

FORMS = pytest.mark.parametrize("compiled", [False, True], ids=["interpreted", "compiled"])


@FORMS
def test_a_new_state_is_empty_and_knows_its_sizes(compiled):
    state = State(2, 3, 4, 100, compiled=compiled, notes=7)
    header = state.header
    assert (header.symbols, header.width, header.memory, header.report_room, header.note_room) == (2, 5, 4, 100, 7)
    assert state.parts["notes"][6].code == 0  # interpreted, records of notes are made as they are asked for
    assert [len(state.parts[name]) for name in ("rows", "orders", "books", "reports", "notes", "trips")] == [
        10, 10, 2, 100, 7, 100,
    ]  # fmt: skip
    assert list(state.parts["down"]) == [NO_DOWN] * 10
    assert list(state.parts["up"]) == [NO_UP] * 10
    assert list(state.parts["mem"]) == [0.0] * 8
    lane = state.parts["lanes"][1]
    assert (lane.lo, lane.hi, lane.lo_slot, lane.hi_slot, lane.i, lane.last) == (NO_DOWN, NO_UP, -1, -1, -1, -1)
    assert state.account.cash == 0
    assert state.rules.slots == 0


@FORMS
def test_a_state_without_memory_has_room_for_one_number(compiled):
    assert State(1, 1, 0, 10, compiled=compiled).header.memory == 1


@FORMS
def test_a_record_can_be_looked_at_whole(compiled):
    state = State(2, 1, 0, 10, compiled=compiled)
    state.parts["books"][1].pos, state.parts["books"][1].realized = 7, -3
    found = state.look("books", 1)
    assert (found.pos, found.realized, found.dust) == (7, -3, 0)
    assert state.look("books", 0).pos == 0


@FORMS
def test_candles_stand_one_symbol_after_the_other(compiled):
    state = State(2, 1, 0, 10, compiled=compiled)
    runs = [drawn([10, 11, 12]), drawn([20, 21])]
    ticks = [tuple(getattr(one, n).astype(np.int64) for n in ("open", "high", "low", "close")) for one in runs]
    state.put_candles(runs, ticks, runs[0].ts, np.array([0, 1, 2, 3, 4, -1]))
    assert list(state.parts["close_ticks"]) == [10, 11, 12, 20, 21]
    assert list(state.parts["close"]) == [10.0, 11.0, 12.0, 20.0, 21.0]
    assert [lane.first for lane in state.parts["lanes"]] == [0, 3]
    assert state.header.instants == 3


@FORMS
def test_more_room_keeps_the_reports_there_are(compiled):
    state = State(1, 1, 0, 2, compiled=compiled)
    state.parts["reports"][0].price, state.parts["reports"][1].price = 3, 77
    state.parts["trips"][0].profit = 5
    state.more_reports()
    assert state.header.report_room == len(state.parts["reports"]) == len(state.parts["trips"]) == 4
    assert list(state.columns_of("reports", 2)["price"]) == [3, 77]
    assert list(state.columns_of("trips", 1)["profit"]) == [5]


@FORMS
def test_a_state_without_indicators_has_no_columns(compiled):
    state = State(1, 1, 0, 2, compiled=compiled)
    state.put_columns([])
    assert len(state.parts["columns"]) == (1 if compiled else 0)


def test_numbers_of_either_form_are_of_their_own_kind():
    for compiled in (False, True):
        state = State(1, 1, 0, 1, compiled=compiled)
        assert isinstance(state.filled(2, 0.5)[0], float)
        assert isinstance(state.filled(2, 7)[0], int | np.int64)
        assert isinstance(state.parts["notes"][0].value, float)


def test_a_name_that_plain_memory_does_not_have_is_an_error():
    with pytest.raises(AttributeError, match="nothing"):
        _ = Plain().nothing


def test_no_field_hides_behind_an_attribute_of_numpy():
    """A record array reads `flags` or `size` as its own; a field of that name would be lost in compiled runs."""
    taken = {name for kind in (np.recarray, np.record) for name in dir(kind)}
    assert {name: taken & set(kind.names) for name, kind in RECORDS.items() if taken & set(kind.names)} == {}


def test_every_address_is_a_part_or_is_put_in_by_a_run():
    assert set(RECORDS) <= set(SIM.names)
    assert set(LASTING) <= set(records.ADDRESSES.split())


def test_the_accessors_read_and_write_plain_memory():
    sim = Plain()
    sim.width, sim.memory, sim.instants = 2, 3, 4
    sim.down, sim.up, sim.dirty = ([0] * 4 for _ in range(3))
    sim.mem, sim.curve, sim.times, sim.index = [0.0] * 6, [0] * 4, [9, 8, 7, 6], list(range(8))
    sim.places, sim.params, sim.ticks, sim.lots = [5, 1, 6, 30], [0.5], [0.1, 0.2], [0.01, 0.02]
    sim.columns, sim.volume = [[1.0, 2.0]], [3.0, 4.0]
    access.set_down(sim, 1, 1, 11)
    access.set_up(sim, 1, 0, 12)
    access.set_dirty(sim, 0, 1, 13)
    access.set_mem(sim, 1, 2, 1.5)
    access.set_curve(sim, 3, 14)
    assert (sim.down, sim.up, sim.dirty) == ([0, 0, 0, 11], [0, 0, 12, 0], [0, 13, 0, 0])
    assert (access.down_at(sim, 1, 1), access.up_at(sim, 1, 0), access.dirty_at(sim, 0, 1)) == (11, 12, 13)
    assert (access.mem_at(sim, 1, 2), sim.curve[3]) == (1.5, 14)
    assert (access.place_of(sim, 1), access.count_of(sim, 1), access.count_of(sim, 0)) == (6, 30, 1)
    assert (access.tick_of(sim, 1), access.lot_of(sim, 1), access.param_at(sim, 0)) == (0.2, 0.02, 0.5)
    assert (access.column_at(sim, 0, 1), access.candle_volume(sim, 1)) == (2.0, 4.0)
    sim.open, sim.high, sim.low, sim.close = [5.0, 6.0], [9.0, 8.0], [1.0, 2.0], [4.0, 3.0]
    prices = (access.candle_open, access.candle_high, access.candle_low, access.candle_close)
    assert [one(sim, 1) for one in prices] == [6.0, 8.0, 2.0, 3.0]
    assert (access.time_at(sim, 2), access.candle_index(sim, 1, 3)) == (7, 7)
    called = []
    sim.callback = lambda s, i: called.append((s, i))
    access.call_back(sim, 1, 2)
    assert called == [(1, 2)]


@pytest.mark.parametrize("compiled", [True, False])
class TestSaved:
    """A part as bytes and back, in either form of a run's memory."""

    def test_comes_back_as_it_was(self, compiled):
        one, other = (State(2, 3, 2, 8, compiled=compiled) for _ in range(2))
        one.parts["rows"][4].qty = 7
        one.parts["rows"][9].x = 0.5
        one.parts["mem"][3] = -1.25
        one.parts["down"][2] = 99
        for name in LASTING:
            other.load(name, one.saved(name))
        assert (other.parts["rows"][4].qty, other.parts["rows"][9].x) == (7, 0.5)
        assert (other.parts["mem"][3], other.parts["down"][2]) == (-1.25, 99)
        assert [other.saved(name) for name in LASTING] == [one.saved(name) for name in LASTING]

    def test_a_field_of_all_records_is_read_and_set_by_number(self, compiled):
        state = State(2, 1, 1, 4, compiled=compiled)
        dirty = state.field("lanes", "dirty")
        assert dirty.tolist() == [0, 0]
        dirty[1] = 3
        assert (int(dirty[0]), int(dirty[1]), dirty.tolist()) == (0, 3, [0, 3])
        assert state.parts["lanes"][1].dirty == 3
        dirty[:] = 0
        assert dirty.tolist() == [0, 0]


def test_an_interpreted_run_keeps_integers_of_any_size():
    one, other = (State(1, 1, 1, 4, compiled=False) for _ in range(2))
    one.account.cash = 1 << 90
    other.load("account", one.saved("account"))
    assert other.account.cash == 1 << 90
