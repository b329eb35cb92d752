"""What the venue ends or cuts, the position is not left without its stop: it is asked for again in the same breath."""
# ruff: noqa: ARG001

from decimal import Decimal

import pytest
from tests.stage import at, bot, closed, codes, market, play, told

from botswain.build.decider import Bar, Decider
from botswain.build.plan import Plan
from botswain.core.codes import CLOSE, DONE, EMPTY, END, ENDED, ENTRY, FILL, REDUCING, START, WAITING, WORKING
from botswain.core.scale import Sizing
from botswain.model.reasons import Reason

STOP = {"stop_loss": "0.05"}


def out_above(now, was, p, candle, my, wanted):
    """In below 105, out above."""
    wanted.target(1.0 if candle.close < 105.0 else 0.0)


class Live:
    """A bot that hears from a venue by hand. Slot 0 is filled at 100 from the start, unless told otherwise."""

    def __init__(self, decide, events, slots=1, limits=None, exits=None, fill=True, memory=None, **rules):
        plan = Plan(
            strategy=bot(decide, slots=slots, events=events, memory=memory)(), instruments=(market(**rules),),
            timeframe_ms=60_000, capital=Decimal(10_000), sizing=Sizing("percent", Decimal(1)), limits=limits or {},
            exits={name: Decimal(value) for name, value in (exits or {}).items()},
        )  # fmt: skip
        self.decider = Decider(plan, None, compiled=False)
        self.rows = self.decider.state.parts["rows"]
        self.minute = 0
        self.close(100)
        if fill:
            self.report(0, 1, self.rows[0].eff)

    def close(self, price):
        """The next candle stands still at a price."""
        self.decider.close(at(self.minute), {0: Bar(price, price, price, price, (*[float(price)] * 4, 1.0))})
        self.minute += 1

    def report(self, slot, side, lots, reason=0, price=100, final=1, rev=None):
        """A fill, or with no lots the end of an order: one of the row's present rev, unless told otherwise."""
        rev = self.rows[slot].rev if rev is None else rev
        self.decider.report({
            "time_ms": at(self.minute), "seq": 0, "symbol": 0, "slot": slot, "rev": rev, "side": side,
            "lots": lots, "price": price, "fee": 0, "maker": 0, "reason": int(reason), "final": final,
        })  # fmt: skip


@pytest.mark.parametrize("events", [(CLOSE,), (CLOSE, END)])
class TestEndedByTheVenue:
    """Whether the strategy hears of ends or not."""

    def test_the_stop_is_back_when_the_close_it_made_way_for_is_gone(self, events):
        live = Live(out_above, events, exits=STOP)
        live.close(110)
        assert (live.rows[0].state, live.rows[1].state) == (WORKING, EMPTY)
        live.report(0, -1, 0, Reason.VENUE_CANCELED)
        assert (live.rows[0].state, live.rows[1].state, live.rows[1].eff) == (ENDED, WORKING, 99)

    def test_the_stop_itself_is_asked_for_anew(self, events):
        live = Live(out_above, events, exits=STOP)
        rev = live.rows[1].rev
        live.report(1, -1, 0, Reason.VENUE_CANCELED)
        assert (live.rows[1].state, live.rows[1].eff, live.rows[1].rev) == (WORKING, 99, rev + 1)

    def test_the_strategy_s_own_stop_is_let_in_again_when_what_took_its_place_is_gone(self, events):
        """The close by the market takes the position from the stop, and a day has no order for the stop alone."""

        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 10.0)
            if closed(my) == 1:
                wanted.stop(1, -1, 80.0, 10.0)
            if closed(my) == 2:
                wanted.market(2, -1, 10.0)

        live = Live(decide, events, slots=3, limits={"max_orders_day": Decimal(1)}, shortable=True)
        live.close(100)
        live.close(100)
        assert [row.state for row in live.rows[1:3]] == [WAITING, WORKING]
        live.report(2, -1, 0, Reason.VENUE_CANCELED)
        assert [row.state for row in live.rows[1:3]] == [WORKING, ENDED]


def hold_more(now, was, p, candle, my, wanted):
    """Four, then four more where the market fell; each has a sale of one far above."""
    if my.event == START:
        wanted.market(0, 1, 4.0)
        wanted.limit(1, 1, 94.0, 4.0)
    elif my.event == FILL and my.slot < 2:
        wanted.limit(my.slot + 2, -1, 150.0, 1.0)


def test_of_a_position_over_the_venue_s_maximum_the_stop_is_as_large_as_it_can_be_after_it_fired():
    """Minute 3: bought at 94, stopped at 92 with an order for four, of eight held. Four remain, and its stop at 90."""
    rows = [100, 100, 100, (100, 100, 88, 92), 92, 92, 92]
    result = play(
        bot(hold_more, slots=4, events=(START, FILL)), rows, exits={"stop_loss": "0.08"},
        instrument=market(max_qty="5"),
    )  # fmt: skip
    stop = result.ran.state.parts["rows"][4]
    assert result.position("ABC/USD") == 4
    assert (stop.state, stop.eff - stop.filled) == (WORKING, 4)
    assert "nothing_to_reduce" not in [code for _, code, *_ in codes(result)]


class TestTargetOverTheMaximum:
    """One order takes three; what is missing of a close follows, order by order."""

    RULES = market(max_qty="3")

    def test_a_target_of_nothing_closes_all(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) < 4:
                wanted.renew(1)
                wanted.market(1, 1, 3.0)
            elif closed(my) == 4:
                wanted.target(0.5)
            else:
                wanted.target(0.0)

        result = play(bot(decide, slots=2), [100] * 12, instrument=self.RULES, limits={"max_orders_day": 9})
        # The target of half the equity is cut to three as any order is: it does not go on.
        assert [fill[:3] for fill in told(result)][4:] == [(5, "buy", 3)] + [(k, "sell", 3) for k in range(6, 11)]
        assert result.position("ABC/USD") == 0
        row = result.ran.state.parts["rows"][0]
        assert (row.state, row.rev) == (DONE, 6)
        assert result.ran.state.account.orders_today == 5

    def test_not_more_than_is_left_where_the_stop_closes_too(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) < 2:
                wanted.renew(1)
                wanted.market(1, 1, 3.0)
            elif closed(my) == 2:
                wanted.target(0.1)
            elif closed(my) == 3:
                wanted.target(0.0)

        rows = [100, 100, 100, 100, (100, 100, 94, 94), 94, 94, 94]
        result = play(bot(decide, slots=2), rows, instrument=self.RULES, exits=STOP)
        assert [fill[:4] for fill in told(result)][3:] == [(4, "sell", 3, 100), (4, "sell", 3, 95), (5, "sell", 3, 94)]
        assert "nothing_to_reduce" not in [code for _, code, *_ in codes(result)]

    def test_a_turn_goes_on_until_nothing_is_left_to_close(self):
        """Four long, four short wanted: three, then three that open with two. It is one order of the day."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) < 2:
                wanted.renew(1)
                wanted.market(1, 1, 2.0)
            elif closed(my) == 2:
                wanted.target(-1.0)

        rules = market(max_qty="3", shortable=True)
        result = play(
            bot(decide, slots=2), [100] * 9, instrument=rules, limits={"max_orders_day": 9}, sizing="fixed", size=4
        )
        assert [fill[:3] for fill in told(result)][2:] == [(3, "sell", 3), (4, "sell", 3)]
        assert result.position("ABC/USD") == -2
        assert result.ran.state.account.orders_today == 3

    def test_what_was_counted_as_an_order_of_the_day_goes_on_as_the_same(self):
        """Two held, a turn of three opens with one and is counted; then five more come in before it fills."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 2.0)
            if closed(my) == 1:
                wanted.limit(1, 1, 90.0, 5.0)
            if closed(my) == 2:
                wanted.target(-1.0)

        live = Live(decide, (CLOSE,), slots=2, limits={"max_orders_day": Decimal(3)}, shortable=True, max_qty="3")
        live.close(100)
        live.close(100)
        row, account = live.rows[0], live.decider.state.account
        assert (row.eff, row.reducing, account.orders_today) == (3, ENTRY, 3)
        live.report(1, 1, 5)
        live.report(0, -1, 3)
        assert (row.state, row.eff, row.reducing, account.orders_today) == (WORKING, 3, REDUCING, 3)
        live.report(0, -1, 3)
        assert (row.state, row.eff, row.reducing, account.orders_today) == (WORKING, 3, ENTRY, 3)

    def test_a_target_that_was_met_at_once_leaves_no_flag_behind(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.target(1.0)
            elif closed(my) == 2:
                wanted.target(0.0)
            elif closed(my) == 4:
                wanted.renew(0)
                wanted.limit(0, 1, 100.0, 5.0)

        result = play(bot(decide), [100] * 8)
        assert told(result)[-1] == (5, "buy", 5, 100, "target")

    def test_a_flag_of_the_strategy_s_own_stays(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.flags(0, 2)
            wanted.renew(0)

        assert play(bot(decide), [100]).ran.state.parts["rows"][0].flag_bits == 2

    def test_asked_for_again_it_closes_and_no_more(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(1.0 if closed(my) == 0 else 0.0)
            if closed(my) == 2:
                wanted.again(0)

        live = Live(decide, (CLOSE,))
        live.close(100)
        live.report(0, -1, 0, Reason.VENUE_CANCELED)
        live.close(100)
        row = live.rows[0]
        assert (row.state, row.flag_bits, row.side, row.qty, row.goal) == (WORKING, 2, -1, 99, 1)
