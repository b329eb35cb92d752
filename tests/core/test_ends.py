"""The venue ends an order: the row says so, the step is told if it asked, and may want it again."""
# ruff: noqa: ARG001

from tests.core.venue_desk import SELL, Desk
from tests.stage import at, bot, closed, drawn, market, play, told

from botswain.core.codes import CLOSE, END, ENDED, FILL, R_INSUFFICIENT_BALANCE, R_POST_ONLY, WORKING


def states(result):
    return [row.state for row in result.ran.state.parts["rows"]]


def poor(now, was, p, candle, my, wanted):
    """More than the cash pays for; when told so, less."""
    if my.event == END and my.reason == R_INSUFFICIENT_BALANCE:
        wanted.renew(my.slot)
        wanted.market(my.slot, 1, 10.0)
    elif closed(my) == 0:
        wanted.market(0, 1, 20.0)


def test_a_step_that_asks_for_ends_is_called_with_slot_and_reason():
    result = play(bot(poor, events=(CLOSE, END)), [100] * 4, capital=1_000)
    assert [note.code for note in result.notes] == ["insufficient_balance"]
    assert told(result) == [(2, "buy", 10, 100, "target")]


def test_a_step_that_does_not_ask_is_not_called():
    result = play(bot(poor, events=(CLOSE, FILL)), [100] * 4, capital=1_000)
    assert told(result) == []
    assert states(result)[0] == ENDED


def test_ends_alone_can_be_asked_for():
    def decide(now, was, p, candle, my, wanted):
        if my.event == END:
            wanted.renew(0)
            wanted.limit(0, 1, 90.0, 1.0)
        elif my.event == CLOSE and closed(my) == 0:
            wanted.limit(0, 1, 110.0, 1.0)
            wanted.flags(0, 1)

    result = play(bot(decide, events=(CLOSE, END)), [100, 100, (100, 100, 80, 80)])
    assert [note.code for note in result.notes] == ["post_only"]
    assert told(result) == [(2, "buy", 1, 90, "target")]


def test_an_end_that_concerns_an_older_rev_calls_nobody():
    """Two linked orders meet the same candle: the second ends, but the step has renewed it on the fill before."""

    def decide(now, was, p, candle, my, wanted):
        if my.event == CLOSE and closed(my) == 0:
            wanted.limit(0, 1, 90.0, 1.0)
            wanted.limit(1, 1, 80.0, 1.0)
            wanted.link(0, 7)
            wanted.link(1, 7)
        elif my.event == FILL:
            wanted.renew(1)
        elif my.event == END:
            my.mem.ends = my.mem.ends + 1

    told_of = bot(decide, slots=2, events=(CLOSE, FILL, END), memory={"ends": 1})
    result = play(told_of, [100, 100, (100, 100, 90, 95)])
    assert [fill[3] for fill in told(result)] == [90]
    assert result.ran.state.parts["mem"][0] == 0


class TestAgain:
    """`again`: the same order anew for what was left, and only where the row ended."""

    def test_asks_for_what_was_left(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.limit(0, 1, 110.0, 5.0)
                wanted.flags(0, 1)
            if closed(my) == 3 and wanted.why(0) == R_POST_ONLY:
                wanted.again(0)

        rows = [100, 100, 100, 100, (120, 120, 100, 100)]
        result = play(bot(decide), rows)
        assert told(result) == [(4, "buy", 5, 110, "target")]
        assert result.ran.state.parts["rows"][0].rev == 2

    def test_leaves_a_row_that_works_or_is_done_as_it_is(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 1.0)
                wanted.limit(1, 1, 50.0, 1.0)
            wanted.again(0)
            wanted.again(1)

        result = play(bot(decide, slots=2), [100] * 4)
        assert [row.rev for row in result.ran.state.parts["rows"]][:2] == [1, 1]
        assert states(result)[1] == WORKING

    def test_of_a_slot_that_is_not_there_halts(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.again(5)

        assert play(bot(decide), [100] * 2).halt.reason.name == "BAD_SLOT"


class TestMargin:
    """What is sold short must be worth no more than twice the account."""

    SHORT = {"instrument": market(shortable=True), "capital": 1_000}  # noqa: RUF012

    def test_refuses_the_sale_that_is_one_too_many(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, -1, 20.0)
                wanted.market(1, -1, 1.0)

        result = play(bot(decide, slots=2), [100] * 3, **self.SHORT)
        assert told(result) == [(1, "sell", 20, 100, "target")]
        assert [note.code for note in result.notes] == ["insufficient_balance"]

    def test_counts_what_other_symbols_are_short_at_their_last_close(self):
        """A is ten short, then worth 150 each: 1,500 of shorts on an account of 500. B may not add one."""

        def decide(now, was, p, candle, my, wanted):
            if my.symbol == 0 and closed(my) == 0:
                wanted.market(0, -1, 10.0)
            if my.symbol == 1 and closed(my) == 2:
                wanted.market(0, -1, 1.0)

        rules = {f"{name}/USD": market(f"{name}/USD", shortable=True) for name in "AB"}
        candles = {"A/USD": drawn([100, 100, 150, 150], "A/USD"), "B/USD": drawn([10] * 4, "B/USD")}
        result = play(bot(decide), candles, instrument=rules, capital=1_000)
        assert [(fill.symbol, fill.time_ms) for fill in result.fills] == [("A/USD", at(1))]
        assert [(note.symbol, note.code) for note in result.notes] == [("B/USD", "insufficient_balance")]

    def test_lets_a_sale_of_what_is_held_pass(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            if closed(my) == 1:
                wanted.limit(1, -1, 100.0, 10.0)

        assert len(told(play(bot(decide, slots=2), [100] * 4, **self.SHORT))) == 2

    def test_stops_the_run_where_the_worth_cannot_be_counted(self):
        desk = Desk(cash=1 << 61, shortable=1, unit_money=1 << 40)
        desk.state.account.money_limit = 4e18
        desk.send(0, SELL, 1 << 20, at=1 << 20)
        assert desk.state.account.code == 404
