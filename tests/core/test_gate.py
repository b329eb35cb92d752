"""The limits on entries, each with what it lets pass, what it ends, its code and its two numbers."""
# ruff: noqa: ARG001

import pytest
from tests.stage import DAY_MS, T0, bot, closed, codes, drawn, market, marks, play, told

from botswain.core.codes import ENDED, WAITING, WORKING

FIXED = {"sizing": "fixed", "size": 10}
SHORT = market(shortable=True)
MINUTE_MS = 60_000


def hold(now, was, p, candle, my, wanted):
    wanted.target(1.0)


def buy_each(now, was, p, candle, my, wanted):
    wanted.renew(0)
    wanted.market(0, 1, 1.0)


def in_and_out(now, was, p, candle, my, wanted):
    wanted.target(1.0 if closed(my) % 2 == 0 else 0.0)


def ladder(now, was, p, candle, my, wanted):
    for slot in range(4):
        wanted.limit(slot, 1, 99.0 - slot, 10.0)


def states(result):
    return [row.state for row in result.ran.state.parts["rows"]]


class TestMaxPosition:
    """An entry is cut to a share of equity, and ended where that is too little."""

    def test_cuts_what_would_be_too_much(self):
        result = play(bot(hold), [100] * 4, limits={"max_position": "0.25"}, size=1)
        assert told(result) == [(1, "buy", 25, 100, "target")]
        assert codes(result) == [(0, "max_position", 99, 25)]
        assert result.ran.state.parts["rows"][0].qty == 99

    def test_counts_the_position_and_approved_entries_of_that_side(self):
        def more(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 10.0)
            if closed(my) > 1:
                wanted.limit(1, 1, 100.0, 10.0)
                wanted.limit(2, 1, 100.0, 10.0)
                wanted.limit(3, -1, 120.0, 10.0)

        result = play(bot(more, slots=4), [100] * 5, limits={"max_position": "0.25"})
        assert codes(result) == [(2, "max_position", 10, 5)]
        assert [fill[2] for fill in told(result)] == [10, 10, 5]
        # A sale of no more than the position is no entry, and not limited.
        assert states(result)[3] == WORKING

    def test_leaves_nothing_where_the_rest_is_below_a_lot_or_the_minimum(self):
        for limit, rules, room in (("0.009", market(), 0), ("0.05", market(min_qty="6"), 5),
                                   ("0.05", market(min_notional="501"), 5)):  # fmt: skip
            result = play(bot(hold), [100] * 3, instrument=rules, limits={"max_position": limit}, **FIXED)
            assert told(result) == []
            assert codes(result) == [(0, "max_position", 10, room)]
            assert states(result)[0] == ENDED

    def test_lets_no_entry_pass_once_equity_is_gone_but_closes_what_is_open(self):
        def short_then_long(now, was, p, candle, my, wanted):
            wanted.target(-1.0 if closed(my) == 0 else 1.0)

        result = play(bot(short_then_long), [100, (100, 1200), 1200], instrument=SHORT,
                      limits={"max_position": "0.9"}, **FIXED)  # fmt: skip
        assert marks(result)[1] == -1_000
        assert codes(result)[0] == (0, "max_position", 20, 10)
        assert told(result)[1:] == [(2, "buy", 10, 1200, "target")]

    def test_that_is_passed_by_the_position_leaves_nothing(self):
        result = play(bot(buy_each), [100, 100, (100, 200), 200], limits={"max_position": "0.015"})
        assert [fill[0] for fill in told(result)] == [1]
        assert codes(result)[-1] == (0, "max_position", 1, -1)


class TestMaxOrders:
    """Approved entries of a day, once for each slot and rev."""

    def test_ends_what_comes_after_the_last_allowed(self):
        result = play(bot(buy_each), [100] * 6, limits={"max_orders_day": 2})
        assert [fill[0] for fill in told(result)] == [1, 2]
        assert codes(result)[0] == (0, "max_orders", 2, 2)

    def test_counts_an_amended_row_once(self):
        def amend(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 90.0 + closed(my), 1.0)

        assert codes(play(bot(amend), [100] * 6, limits={"max_orders_day": 1})) == []

    def test_starts_anew_with_the_risk_day(self):
        """A day that begins at 00:02: the close at 00:02 is the first of a new one."""
        limits = {"max_orders_day": 1, "day_offset_ms": 2 * MINUTE_MS}
        result = play(bot(buy_each), [100] * 5, limits=limits)
        assert [fill[0] for fill in told(result)] == [1, 2]

    def test_does_not_count_what_reduces(self):
        result = play(bot(in_and_out), [100] * 5, limits={"max_orders_day": 1}, **FIXED)
        assert [fill[:2] for fill in told(result)] == [(1, "buy"), (2, "sell")]


class TestPriceCollar:
    """A limit too far on the wrong side of the last close is a typing error, not a wish."""

    @pytest.mark.parametrize(
        ("side", "price", "passes"), [(1, 105.0, True), (1, 106.0, False), (1, 50.0, True), (-1, 95.0, True),
                                      (-1, 94.0, False), (-1, 150.0, True)],
    )  # fmt: skip
    def test_judges_the_limit_by_the_last_close(self, side, price, passes):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1.0 if candle.volume > 0 else -1.0, abs(candle.volume), 1.0)

        candles = drawn([100, 100], volume=[side * price, side * price])
        result = play(bot(decide), candles, instrument=SHORT, limits={"price_collar": "0.05"})
        assert codes(result) == ([] if passes else [(0, "price_collar", price, 100)])
        assert (states(result)[0] == ENDED) is not passes

    @pytest.mark.parametrize(("side", "price", "passes"), [(1, 111.0, False), (1, 110.0, True), (-1, 89.0, False)])
    def test_judges_the_limit_of_a_stop_limit_too(self, side, price, passes):
        def decide(now, was, p, candle, my, wanted):
            side = 1.0 if candle.volume > 0 else -1.0
            wanted.stop_limit(0, side, 100.0 + side * 5.0, abs(candle.volume), 1.0)

        candles = drawn([100, 100], volume=[side * price, side * price])
        result = play(bot(decide), candles, instrument=SHORT, limits={"price_collar": "0.1"})
        assert codes(result) == ([] if passes else [(0, "price_collar", price, 100)])

    def test_leaves_market_orders_and_triggers_alone(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.stop(1, 1, 150.0, 1.0)

        assert codes(play(bot(decide, slots=2), [100] * 3, limits={"price_collar": "0.01"})) == []


class TestMaxOpenPositions:
    """How many symbols may have a position or an approved entry at once."""

    CANDLES = staticmethod(lambda: {f"{name}/USD": drawn([100] * 4, f"{name}/USD") for name in "ABC"})

    def test_ends_the_entries_of_one_symbol_too_many(self):
        result = play(bot(hold), self.CANDLES(), limits={"max_open_positions": 2}, **FIXED)
        assert [(fill.symbol, fill.time_ms) for fill in result.fills] == [
            ("A/USD", T0 + MINUTE_MS), ("B/USD", T0 + MINUTE_MS),
        ]  # fmt: skip
        assert [(note.symbol, note.code, note.value, note.limit) for note in result.notes] == [
            ("C/USD", "max_open_positions", 2, 2)
        ]

    def test_lets_a_symbol_that_is_open_already_have_more(self):
        def second(now, was, p, candle, my, wanted):
            if my.symbol == 0:
                wanted.market(0, 1, 1.0)
                if closed(my) > 0:
                    wanted.limit(1, 1, 99.0, 1.0)

        assert codes(play(bot(second, slots=2), self.CANDLES(), limits={"max_open_positions": 1})) == []

    def test_counts_resting_entries_of_either_side(self):
        def rest(now, was, p, candle, my, wanted):
            if my.symbol == 0:
                wanted.limit(0, 1, 90.0, 1.0)
            elif my.symbol == 1:
                wanted.limit(0, -1, 110.0, 1.0)
            else:
                wanted.market(0, 1, 1.0)

        rules = {f"{name}/USD": market(f"{name}/USD", shortable=True) for name in "ABC"}
        result = play(bot(rest), self.CANDLES(), instrument=rules, limits={"max_open_positions": 2})
        assert [(note.symbol, note.value) for note in result.notes] == [("C/USD", 2)]


class TestBalance:
    """Cash must cover a buy beside everything that approved entries hold reserved; checked whenever a limit is set."""

    LIMITS = {"max_drawdown": "0.9"}  # noqa: RUF012

    def test_ends_the_buy_that_is_one_too_many(self):
        result = play(bot(ladder, slots=4), [100] * 3, capital=2_950, limits=self.LIMITS)
        # 990 + 980 = 1,970; with 970 it is 2,940; with 960 it would be 3,900.
        assert codes(result) == [(3, "balance", 3_900, 2_950)]
        assert states(result)[:4] == [WORKING, WORKING, WORKING, WAITING]

    def test_reserves_the_fee_rounded_up(self):
        rules = market(taker_fee="0.001")
        assert codes(play(bot(hold), [100] * 2, instrument=rules, capital=1_000, limits=self.LIMITS, **FIXED)) == [
            (0, "balance", 1_001, 1_000)
        ]
        assert codes(play(bot(hold), [100] * 2, instrument=rules, capital=1_001, limits=self.LIMITS, **FIXED)) == []

    def test_counts_all_symbols(self):
        candles = {f"{name}/USD": drawn([100] * 3, f"{name}/USD") for name in "AB"}
        result = play(bot(hold), candles, capital=1_999, limits=self.LIMITS, **FIXED)
        assert [(note.symbol, note.value) for note in result.notes] == [("B/USD", 2_000)]

    def test_is_not_checked_without_any_limit(self):
        result = play(bot(ladder, slots=4), [100] * 3, capital=2_950)
        assert codes(result) == []
        assert states(result)[3] == WORKING


def test_an_entry_cut_by_the_gate_is_done_when_that_part_is_filled():
    result = play(bot(hold), [100] * 4, limits={"max_position": "0.25"})
    assert codes(result) == [(0, "max_position", 99, 25)]  # and not: nothing to reduce


def test_the_oldest_notes_give_way_to_the_newest(monkeypatch):
    monkeypatch.setattr("botswain.lab.run.NOTES", 512)

    def many(now, was, p, candle, my, wanted):
        wanted.renew(0)
        wanted.limit(0, 1, 1.0, 0.5)

    result = play(bot(many), [100] * 600)
    assert len(result.notes) == 512
    assert result.notes[0].time_ms == T0 + (600 - 511) * MINUTE_MS
    assert result.notes[-1].time_ms == T0 + 600 * MINUTE_MS


def test_a_day_is_a_day_of_the_close_not_of_the_open():
    """The last candle before midnight closes at midnight: it belongs to the new day."""
    minutes = [24 * 60 - 3, 24 * 60 - 2, 24 * 60 - 1, 24 * 60]
    candles = drawn([100] * 4, minutes=minutes)
    result = play(bot(buy_each), candles, limits={"max_orders_day": 1})
    assert [fill.time_ms - T0 for fill in result.fills] == [DAY_MS - 2 * MINUTE_MS, DAY_MS]
