"""Reports reaching the bot one at a time, as a live venue sends them: in parts, late, for rows that have changed."""
# ruff: noqa: ARG001

from decimal import Decimal

import pytest
from tests.stage import T0, bot, closed, codes, market, marks, play, told

from botswain.build.layout import layout_of
from botswain.build.plan import Plan, new_state
from botswain.core import gate, pipeline
from botswain.core.codes import (
    ASKED,
    CLOSE,
    DONE,
    EMPTY,
    ENDED,
    ENTRY,
    FILL,
    LIMIT,
    REDUCE_ONLY,
    START,
    WAITING,
    WORKING,
)
from botswain.core.rows import mark_dirty
from botswain.core.wanted import want_row
from botswain.model.reasons import Reason

BUY, SELL = 1, -1
ROW = {"rev": 3, "side": BUY, "kind": LIMIT, "qty": 10, "eff": 10, "price": 100, "state": WORKING}


def quiet(now, was, p, candle, my, wanted):
    pass


class Bot:
    """The bot's memory with one working row in slot 0, and the reports it gets by hand."""

    def __init__(self, row=None, exits=None, **terms):
        story = bot(quiet, slots=2)()
        plan = Plan(story, (market(**terms),), 60_000, capital=Decimal(100_000), exits=exits or {})
        self.state = new_state(plan, layout_of(story), 20, compiled=False)
        self.sim = self.state.handle
        self.row = self.state.parts["rows"][0]
        self.state.parts["lanes"][0].mark = 100
        for name, value in {**ROW, **(row or {})}.items():
            setattr(self.row, name, value)

    def report(self, lots, price=100, **more):
        """A report about slot 0."""
        account = self.state.account
        entry = self.state.parts["reports"][account.reports]
        values = {"time_ms": T0, "slot": 0, "rev": 3, "side": BUY, "lots": lots, "price": price, "final": 1} | more
        for name, value in values.items():
            setattr(entry, name, value)
        account.reports += 1
        pipeline.apply_report(self.sim, account.reports - 1)

    def notes(self):
        """Codes written down so far."""
        return [Reason(note.code).name for note in self.state.parts["notes"][: self.state.account.notes]]


def test_a_row_filled_in_parts_is_done_with_the_last():
    one = Bot()
    one.report(4, final=0)
    assert (one.row.filled, one.row.state) == (4, WORKING)
    one.report(6)
    assert (one.row.filled, one.row.state) == (10, DONE)
    assert one.notes() == []
    assert one.state.parts["books"][0].pos == 10


def test_a_row_ended_after_a_part_keeps_that_part():
    one = Bot()
    one.report(4, final=0)
    one.report(0, reason=Reason.NOT_FILLED)
    assert (one.row.filled, one.row.eff, one.row.state, one.row.ended) == (4, 4, ENDED, Reason.NOT_FILLED)
    assert one.notes() == ["NOT_FILLED"]


def test_a_late_fill_of_a_row_that_was_started_anew_is_booked_but_not_counted():
    one = Bot()
    one.report(4, rev=2)
    assert (one.row.filled, one.row.state) == (0, WORKING)
    assert one.state.parts["books"][0].pos == 4


@pytest.mark.parametrize(("state", "rev"), [(WORKING, 2), (EMPTY, 3), (DONE, 3)])
def test_a_late_end_of_what_is_no_longer_wanted_changes_nothing(state, rev):
    one = Bot({"state": state})
    one.report(0, rev=rev, reason=Reason.LINKED)
    assert one.row.state == state
    assert one.notes() == []


def test_a_reduce_only_row_that_could_reduce_less_is_done_and_says_so():
    one = Bot({"flag_bits": REDUCE_ONLY, "side": SELL, "rev": 3})
    one.state.parts["books"][0].pos = 6
    one.report(6, side=SELL)
    assert (one.row.filled, one.row.state) == (6, DONE)
    assert one.notes() == ["NOTHING_TO_REDUCE"]


def test_a_reduce_only_row_that_grew_while_its_order_filled_asks_for_the_rest():
    one = Bot({"flag_bits": REDUCE_ONLY, "side": SELL, "rev": 3})
    one.state.parts["books"][0].pos = 20
    one.report(6, side=SELL)
    assert (one.row.filled, one.row.eff, one.row.state, one.row.dirty) == (6, 10, WORKING, 1)
    assert one.notes() == []
    small = Bot({"flag_bits": REDUCE_ONLY, "side": SELL, "rev": 3}, min_qty="5")
    small.state.parts["books"][0].pos = 20
    small.report(6, side=SELL)
    assert (small.row.filled, small.row.state, small.row.ended) == (6, ENDED, Reason.BELOW_MINIMUM)


def test_a_row_wanted_smaller_than_what_is_filled_is_done():
    one = Bot()
    one.report(4, final=0)
    want_row(one.sim, 0, 0, LIMIT, BUY, 100, 2)
    assert (one.row.state, one.row.qty) == (ASKED, 4)
    gate.judge(one.sim, 0, False)
    assert (one.row.state, one.row.eff) == (DONE, 4)
    assert one.notes() == []


def test_a_row_cut_by_a_block_keeps_counting_what_was_already_filled():
    one = Bot({"state": WAITING, "eff": 0})
    one.report(4)
    assert (one.row.filled, one.row.eff, one.row.state) == (4, 4, WAITING)
    one.report(6)
    assert (one.row.filled, one.row.eff, one.row.state) == (10, 10, DONE)


def test_a_fill_beyond_what_can_be_counted_stops_the_bot_before_it_is_booked():
    one = Bot()
    one.state.account.money_limit = 999.0
    one.report(10)
    assert one.state.account.code == Reason.MONEY_OVERFLOW
    assert one.state.parts["books"][0].pos == 0


def test_an_order_beyond_what_can_be_counted_is_not_sent():
    one = Bot({"state": EMPTY})
    one.state.account.money_limit = 999.0
    want_row(one.sim, 0, 0, LIMIT, BUY, 100, 10)
    gate.judge(one.sim, 0, False)
    assert (one.state.account.code, one.row.state) == (Reason.MONEY_OVERFLOW, ASKED)


def test_a_parent_amended_to_what_is_filled_of_it_frees_its_child_in_the_same_judgement():
    """The child stands in the slot before: it is judged with what its parent turns out to be."""
    one = Bot({"qty": 1, "eff": 0, "parent": 2, "state": ASKED})
    parent = one.state.parts["rows"][1]
    for name, value in {**ROW, "qty": 4, "filled": 4, "state": ASKED}.items():
        setattr(parent, name, value)
    one.state.account.has_parents = 1
    mark_dirty(one.sim, 0, 0)
    gate.judge(one.sim, 0, True)
    assert (parent.state, one.row.state, one.row.freed, one.row.reducing) == (DONE, WORKING, 1, ENTRY)
    assert one.state.account.orders_today == 1


def test_a_stop_filled_in_parts_goes_on_protecting_the_rest():
    one = Bot(exits={"stop_loss": Decimal("0.1")})
    one.report(10)
    gate.judge(one.sim, 0, False)
    stop = one.state.parts["rows"][2]
    assert (stop.qty, stop.state, stop.rev) == (10, WORKING, 1)
    one.report(4, 90, slot=2, rev=1, side=SELL, final=0)
    assert (stop.qty, stop.filled, stop.state, stop.rev) == (10, 4, WORKING, 1)
    one.report(0, slot=2, rev=1, side=SELL, reason=Reason.NOT_FILLED)
    one.report(1, 90, rev=9)  # the next thing that happens: a fill of something else
    assert (stop.qty, stop.filled, stop.state, stop.rev) == (7, 0, WORKING, 2)


class TestRoundTrips:
    """From flat to flat, with the fills they begin and end with."""

    def test_are_written_down_with_their_fills_and_profit(self):
        def in_and_out(now, was, p, candle, my, wanted):
            wanted.target((1.0, 0.5, 0.0, -1.0, 1.0, 0.0)[closed(my)] if closed(my) < 6 else 0.0)

        rows = [100, 100, 110, 120, 130, 125, 135]
        result = play(bot(in_and_out), rows, instrument=market(shortable=True, taker_fee="0.01"), capital=100_000,
                      sizing="fixed", size=10)  # fmt: skip
        trips = [(t.direction, (t.entry_ms - T0) // 60_000, (t.exit_ms - T0) // 60_000, t.profit, t.fees)
                 for t in result.round_trips]  # fmt: skip
        assert trips == [
            (1, 1, 3, 50 + 100 - 10 - 6 - 6, 22),  # 10 at 100, 5 at 110 (5.5: 6), 5 at 120
            (-1, 4, 5, 50 - 13 - 25, 38),  # 10 at 130, 20 at 125 close it and open a long
            (1, 5, 6, 100 - 14, 14),  # its purchase paid with the trip before
        ]
        assert [trip.exit_reason for trip in result.round_trips] == ["target"] * 3

    def test_that_are_open_at_the_end_are_marked_not_closed(self):
        def hold(now, was, p, candle, my, wanted):
            wanted.target(1.0)

        result = play(bot(hold), [100, 100, (100, 150)], sizing="fixed", size=10)
        assert result.round_trips == []
        assert marks(result) == [10_000, 10_000, 10_500]


def test_the_start_is_told_once_before_the_first_close():
    def decide(now, was, p, candle, my, wanted):
        my.mem.count += 1
        if my.event == START:
            my.mem.start = my.mem.count
        elif my.event == CLOSE and my.mem.close == 0:
            my.mem.close = my.mem.count

    result = play(bot(decide, events=(START, CLOSE), memory={"count": 1, "start": 1, "close": 1}), [100] * 3)
    assert list(result.ran.state.parts["mem"]) == [4, 1, 2]


def test_what_a_fill_asks_for_arrives_at_the_next_candle():
    def decide(now, was, p, candle, my, wanted):
        if my.event == START:
            wanted.limit(0, 1, 95.0, 1.0)
        elif my.event == FILL and my.side > 0:
            wanted.renew(0)
            wanted.limit(0, -1, 97.0, 1.0)

    rows = [100, (100, 100, 95, 98), (96, 98, 96, 98)]
    result = play(bot(decide, events=(START, FILL)), rows)
    assert told(result) == [(1, "buy", 1, 95, "target"), (2, "sell", 1, 97, "target")]
    assert codes(result) == []


def test_fills_of_one_candle_are_told_one_at_a_time_in_the_order_of_the_path():
    def decide(now, was, p, candle, my, wanted):
        if my.event == START:
            wanted.limit(0, 1, 95.0, 1.0)
            wanted.limit(1, 1, 97.0, 1.0)
        elif my.event == FILL:
            my.mem.order[int(my.lots) - 1] = my.slot

    story = bot(decide, slots=2, events=(START, FILL), memory={"order": 2})
    assert list(play(story, [100, (100, 100, 95, 98)]).ran.state.parts["mem"]) == [1, 0]


def test_a_parent_that_is_done_wakes_only_children_that_want_something():
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.limit(0, 1, 95.0, 1.0)
            wanted.parent(1, 0)
            wanted.parent(2, 0)
            wanted.limit(2, -1, 105.0, 1.0)
            wanted.limit(3, 1, 50.0, 1.0)

    rows = [100, (100, 100, 95, 100), (100, 105, 100, 100)]
    result = play(bot(decide, slots=4), rows)
    assert told(result) == [(1, "buy", 1, 95, "target"), (2, "sell", 1, 105, "target")]
    assert result.ran.state.account.arrivals == 3
