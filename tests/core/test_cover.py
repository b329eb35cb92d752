"""What of an exit stays out of the book because own orders lock those coins, and what happens when the price comes."""
# ruff: noqa: ARG001, ARG002

import pytest
from tests.stage import bot, closed, codes, market, play, told

from botswain.core.codes import CLOSE, END, IOC, POST_ONLY, START, STATE_NAMES
from botswain.core.strategy import Param, Strategy, step
from botswain.model.reasons import Reason

STOP = {"stop_loss": "0.05"}
BOTH = {"stop_loss": "0.05", "take_profit": "0.1"}
STILL = [100] * 5
FEES = market(maker_fee="0.01", taker_fee="0.02")


# What is asked for beside the sells: an own stop, a group of the three sells, a buy far below, a sell that waits for
# that buy, a sell that may not rest, a sell that may only rest, a buy near below.
(OWN_STOP, GROUP, FAR_BUY, PARENT, AT_ONCE, MAKER, NEAR_BUY) = range(1, 8)


class Holder(Strategy):
    """Buys ten at the first open; at a later close it asks for up to three sells of its own, and for something else."""

    name = "holder"

    first = Param(2, 0, 9)
    a = Param(0.0, 0.0, 99.0)
    b = Param(0.0, 0.0, 99.0)
    c = Param(0.0, 0.0, 99.0)
    price = Param(130.0, 1.0, 999.0)
    ask = Param(0, 0, 9)

    def slots(self):
        return 4

    @step
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 10.0)
        if closed(my) != p.first:
            return
        if p.a > 0:
            wanted.limit(1, -1, p.price, p.a)
        if p.b > 0:
            wanted.limit(2, -1, p.price + 1.0, p.b)
        if p.c > 0:
            wanted.limit(3, -1, p.price + 2.0, p.c)
        if p.ask == OWN_STOP:
            wanted.stop(1, -1, 97.0, 3.0)
        elif p.ask == GROUP:
            wanted.link(1, 7)
            wanted.link(2, 7)
            wanted.link(3, 7)
        elif p.ask == FAR_BUY or p.ask == PARENT:
            wanted.limit(3, 1, 80.0, 2.0)
        elif p.ask == AT_ONCE:
            wanted.tif(1, IOC)
        elif p.ask == MAKER:
            wanted.flags(1, POST_ONLY)
        elif p.ask == NEAR_BUY:
            wanted.limit(3, 1, 97.0, 5.0)
        if p.ask == PARENT:
            wanted.parent(1, 3)


class Hearer(Holder):
    """The same, and it is told of ends."""

    def events(self):
        return (CLOSE, END)


def hold(rows, cls=Holder, *, exits=None, settings=None, **params):
    """A run of a holder, by default over candles that stand still."""
    return play(cls, rows, params=params, exits=exits or STOP, **(settings or {}))


def book(result):
    """What is at the venue at the end: (slot, leaves, held)."""
    orders = result.ran.state.parts["orders"]
    return [(slot, one.leaves, one.held) for slot, one in enumerate(orders) if one.active]


def ends(result):
    """What the venue ended: (slot, reason)."""
    reports = result.ran.state.parts["reports"][: result.ran.state.account.reports]
    return [(one.slot, Reason(one.reason).name) for one in reports if one.lots == 0]


class TestCover:
    """How much of the exits is held."""

    def test_an_exit_nobody_shares_coins_with_rests_whole(self):
        assert book(hold(STILL, exits=BOTH)) == [(4, 10, 0), (5, 10, 0)]

    def test_a_sell_for_everything_keeps_both_exits_out_of_the_book(self):
        assert book(hold(STILL, exits=BOTH, a=10.0)) == [(1, 10, 0), (4, 10, 10), (5, 10, 10)]

    def test_a_sell_for_a_part_holds_that_part(self):
        assert book(hold(STILL, exits=BOTH, a=4.0)) == [(1, 4, 0), (4, 10, 4), (5, 10, 4)]

    def test_sells_for_more_than_the_position_hold_no_more_than_that(self):
        result = hold(STILL, a=8.0, b=8.0)
        assert book(result) == [(1, 8, 0), (2, 8, 0), (4, 10, 10)]

    def test_an_own_stop_covers_too(self):
        result = hold(STILL, ask=OWN_STOP)
        assert book(result) == [(1, 3, 0), (4, 10, 3)]

    def test_orders_of_one_group_lock_their_coins_once(self):
        assert book(hold(STILL, a=3.0, b=5.0, c=5.0, ask=GROUP))[-1] == (4, 10, 5)

    def test_a_buy_covers_nothing(self):
        result = hold(STILL, ask=FAR_BUY)
        assert book(result) == [(3, 2, 0), (4, 10, 0)]

    def test_a_row_that_waits_for_its_parent_covers_nothing(self):
        assert book(hold(STILL, a=5.0, ask=PARENT)) == [(3, 2, 0), (4, 10, 0)]

    def test_nothing_is_held_once_the_own_sell_is_filled(self):
        result = hold([100, 100, 100, (100, 103, 100, 100), 100], a=4.0, price=103.0)
        assert book(result) == [(4, 6, 0)]

    def test_nothing_is_held_once_the_own_sell_is_withdrawn(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            elif closed(my) == 2:
                wanted.limit(1, -1, 130.0, 4.0)
            elif closed(my) == 4:
                wanted.withdraw(1)

        for last, expected in ((4, (2, 10, 4)), (6, (2, 10, 0))):
            assert book(play(bot(decide, slots=2), [100] * (last + 1), exits=STOP))[-1] == expected

    @pytest.mark.parametrize("cls", [Holder, Hearer])
    def test_an_own_sell_that_the_venue_ends_covers_no_more(self, cls):
        result = hold(STILL, cls, a=4.0, ask=AT_ONCE)
        assert ends(result) == [(1, "NOT_FILLED")]
        assert book(result) == [(4, 10, 0)]

    def test_of_what_fits_in_one_order_only_that_is_held_which_is_covered(self):
        def in_parts(now, was, p, candle, my, wanted):
            if closed(my) < 3:
                wanted.market(closed(my), 1, 4.0)
            elif closed(my) == 5:
                wanted.limit(3, -1, 130.0, 3.0)

        for part, held in ((4, 0), (10, 1)):
            result = play(bot(in_parts, slots=4), [100] * 8, exits=STOP, instrument=market(max_qty=str(part)))
            # Of twelve three are covered: an order of four lies within the nine that are not, one of ten does not.
            assert book(result)[-1] == (4, part, held)

    def test_where_a_part_is_too_small_to_send_all_is_held(self):
        for least, held in (("380", 4), ("381", 10)):
            result = hold(STILL, settings={"instrument": market(min_notional=least)}, a=4.0)
            assert book(result) == [(1, 4, 0), (4, 10, held)]
        result = hold(STILL, settings={"instrument": market(min_qty="5")}, a=4.0)
        assert book(result) == [(4, 10, 0)]
        result = hold(STILL, settings={"instrument": market(min_qty="5")}, a=6.0)
        assert book(result) == [(1, 6, 0), (4, 10, 10)]

    def test_a_target_alone_is_held_likewise(self):
        result = hold(STILL, exits={"take_profit": "0.1"}, a=4.0)
        assert book(result) == [(1, 4, 0), (5, 10, 4)]

    def test_a_buy_back_covers_the_stop_of_a_short(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, -1, 10.0)
            elif closed(my) == 2:
                wanted.limit(1, 1, 70.0, 4.0)

        result = play(bot(decide, slots=2), [100] * 5 + [(100, 105, 100, 100)], exits=STOP,
                      instrument=market(shortable=True))  # fmt: skip
        assert told(result)[1:] == [(5, "buy", 6, 105, "stop_loss"), (5, "buy", 4, 105, "stop_loss")]

    def test_what_the_gate_lets_wait_covers_nothing_until_it_is_let_in(self):
        """A buy of more than is short opens with five: the second order of a risk day that allows one."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, -1, 10.0)
            elif closed(my) == 2:
                wanted.limit(1, 1, 50.0, 15.0)

        limits = {"max_orders_day": 1, "day_offset_ms": 5 * 60_000}
        for last, expected in ((4, [(1, 10, 0), (2, 10, 10)]), (6, [(1, 15, 0), (2, 10, 10)])):
            result = play(bot(decide, slots=2), [100] * (last + 1), exits=STOP, instrument=market(shortable=True),
                          limits=limits)  # fmt: skip
            assert book(result) == expected
            assert codes(result) == [(1, "max_orders", 1, 1)]


class TestFiring:
    """The price comes to an exit of which lots are held."""

    def test_what_rests_fills_first_then_what_is_held_then_the_own_orders_end(self):
        result = hold([*STILL[1:], (100, 100, 95, 100), 130], exits=BOTH, a=4.0)
        assert told(result)[1:] == [(4, "sell", 6, 95, "stop_loss"), (4, "sell", 4, 95, "stop_loss")]
        assert [one.seq for one in result.fills[1:]] == [0, 1]
        assert ends(result) == [(1, "LINKED"), (5, "LINKED")]
        assert result.position("ABC/USD") == 0
        assert book(result) == []

    def test_what_is_held_whole_is_one_fill(self):
        result = hold([*STILL[1:], (100, 100, 95, 100)], a=10.0)
        assert told(result)[1:] == [(4, "sell", 10, 95, "stop_loss")]
        assert ends(result) == [(1, "LINKED")]

    def test_a_held_stop_slips_and_goes_at_an_open_beyond_it(self):
        result = hold([*STILL[1:], (80, 80, 80, 80)], settings={"slippage_bps": 100}, a=4.0)
        assert told(result)[1:] == [(4, "sell", 6, 79, "stop_loss"), (4, "sell", 4, 79, "stop_loss")]

    def test_a_held_stop_that_is_passed_on_arrival_goes_there(self):
        result = hold([100, 100, 60, 60], first=1, a=4.0)
        assert told(result)[1:] == [(2, "sell", 6, 60, "stop_loss"), (2, "sell", 4, 60, "stop_loss")]

    def test_of_a_target_the_resting_part_is_maker_and_the_held_one_taker(self):
        result = hold([*STILL[1:], (100, 110, 100, 100)], exits=BOTH, settings={"instrument": FEES}, a=4.0)
        parts = [(one.qty, one.price, one.maker, one.fee) for one in result.fills[1:]]
        assert parts == [(6, 110, True, 7), (4, 110, False, 9)]

    def test_the_own_sell_filled_on_the_way_leaves_the_stop_its_resting_part(self):
        result = hold([*STILL[1:], (100, 103, 95, 95), 95], a=4.0, price=103.0)
        assert told(result)[1:] == [(4, "sell", 4, 103, "target"), (4, "sell", 6, 95, "stop_loss")]
        assert codes(result) == []

    def test_a_buy_on_the_way_down_is_protected_anew_after_a_held_stop(self):
        rows = [*STILL[1:], (100, 100, 95, 96), (96, 96, 90, 90)]
        result = hold(rows, a=4.0, ask=NEAR_BUY)
        assert told(result)[1:4] == [
            (4, "buy", 5, 97, "target"), (4, "sell", 6, 95, "stop_loss"), (4, "sell", 4, 95, "stop_loss"),
        ]  # fmt: skip
        assert [fill[2] for fill in told(result)[4:]] == [5]

    def test_the_strategy_hears_that_its_order_ended(self):
        def decide(now, was, p, candle, my, wanted):
            if my.event == START:
                wanted.market(0, 1, 10.0)
            elif my.event == CLOSE and closed(my) == 2:
                wanted.limit(1, -1, 130.0, 4.0)
            elif my.event == END:
                my.mem.slot[my.slot] = my.reason

        story = bot(decide, slots=2, events=(START, CLOSE, END), memory={"slot": 4})
        result = play(story, [100, 100, 100, 100, (100, 100, 95, 100)], exits=STOP)
        assert list(result.ran.state.parts["mem"])[1] == Reason.LINKED
        assert STATE_NAMES[result.ran.state.parts["rows"][1].state] == "ended"


def test_a_post_only_sell_that_crosses_frees_the_stop_again():
    result = hold(STILL, a=4.0, price=90.0, ask=MAKER)
    assert ends(result) == [(1, "POST_ONLY")]
    assert book(result) == [(4, 10, 0)]
