"""Funding and borrow fees by hand: when they come, who pays, what is rounded, and what sees them.

Prices are ticks of 1, quantities lots of 1, unless it is said otherwise (docs/rules.md section 12).
"""
# ruff: noqa: ARG001, ARG002

from decimal import Decimal

import pytest
from tests.stage import DAY_MS, PLAIN, T0, at, bot, closed, codes, drawn, market, marks, play

from botswain.build.plan import MONEY_LIMIT
from botswain.core.codes import CLOSE, MARKET, START, TIMER
from botswain.core.strategy import Param, Strategy, step
from botswain.lab import run as running
from botswain.lab.backtest import Options, backtest
from botswain.lab.run import advance, prepared
from botswain.model.actions import ShareAction
from botswain.model.candles import Candles
from botswain.model.charges import BorrowRate, FundingRate
from botswain.model.reasons import Reason

ABC, XYZ = "ABC/USD", "XYZ/USD"
SHORT = market(shortable=True)


def funding(minute, rate, symbol=ABC, late_ms=0):
    return FundingRate(symbol, at(minute) + late_ms, Decimal(rate))


class Once(Strategy):
    """Trades so many at its first close, and the other way after `until` closes."""

    side = Param(1, -1, 1)
    lots = Param(10, 0, 10**9)
    until = Param(99, 1, 99)

    def slots(self):
        return 2

    @step
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.row(0, MARKET, p.side, 0, p.lots)
        elif closed(my) == p.until:
            wanted.row(1, MARKET, -p.side, 0, p.lots)


def held(rows, rates=(), side=1, lots=10, until=99, **settings):
    """That bot, which holds from minute 1 on, through fundings."""
    rules = settings.pop("instrument", SHORT)
    one = Once(side=side, lots=lots, until=until)
    result = play(one, rows, funding=list(rates), instrument=rules, **{"capital": 10_000, **settings})
    assert result.halt is None
    return result


class TestFunding:
    """At its time, on what is held then, at the last close."""

    def test_a_long_pays_what_a_short_gets_where_it_is_above_zero(self):
        rows = [100, 100, (100, 120), 120]
        rate = funding(3, "0.01")
        assert held(rows, [rate]).cash == 10_000 - 1_000 - 12
        assert held(rows, [rate], side=-1).cash == 10_000 + 1_000 + 12

    def test_below_zero_it_is_the_reverse(self):
        rows = [100, 100, (100, 120), 120]
        rate = funding(3, "-0.01")
        assert held(rows, [rate]).cash == 10_000 - 1_000 + 12
        assert held(rows, [rate], side=-1).cash == 10_000 + 1_000 - 12

    def test_what_is_paid_goes_up_and_what_is_got_down_to_the_money_unit(self):
        # 10 at 100 are worth 1000: 0.1234 % of that is 1.234.
        for rate, side, cash in (("0.001234", 1, -2), ("0.001234", -1, 1), ("-0.001234", 1, 1), ("-0.001234", -1, -2)):
            (one,) = held([100] * 4, [funding(2, rate)], side=side).charges
            assert (one.kind, one.time_ms, one.position, one.price) == ("funding", at(2), 10 * side, 100)
            assert one.cash == cash
        finer = market(tick="0.01", lot="0.001", shortable=True)
        (one,) = held([100] * 4, [funding(2, "0.000012345678901234")], instrument=finer).charges
        # 0.01 at 100.00 is worth 1; the unit is a hundred-thousandth.
        assert one.cash == Decimal("-0.00002")

    def test_a_rate_of_nothing_is_one_all_the_same(self):
        for side in (1, -1):
            (one,) = held([100] * 4, [funding(2, "0")], side=side).charges
            assert one.cash == 0

    def test_who_buys_at_the_open_of_its_time_pays_none_and_who_sells_there_does(self):
        rates = [funding(1, "0.01"), funding(3, "0.01")]
        result = held([100] * 5, rates, until=2)
        assert [(one.time_ms, one.cash) for one in result.charges] == [(at(3), -10)]
        assert result.market.charges.funding.came == 2
        assert result.metrics["funding_paid"] == 10

    def test_the_part_of_a_second_is_left_away(self):
        # Stamped a little late it is of the position at the full minute, which is sold there.
        (one,) = held([100] * 5, [funding(3, "0.01", late_ms=7)], until=2).charges
        assert (one.time_ms, one.cash) == (at(3), -10)

    def test_equity_has_it_from_the_next_mark_on_and_the_trip_has_it(self):
        result = held([100] * 6, [funding(2, "0.01"), funding(4, "-0.002")], until=4)
        assert [int(one) for one in marks(result)] == [10_000, 10_000, 9_990, 9_990, 9_992, 9_992]
        (trip,) = result.round_trips
        assert (trip.profit, trip.fees) == (-8, 0)
        assert result.metrics["realized_pnl"] == -8
        assert result.metrics["funding_paid"] == 8
        assert result.metrics["fees"] == 0

    def test_in_a_gap_each_comes_once_before_the_first_candle_after_it_at_the_close_before(self):
        candles = drawn([100, (100, 110), 200, 200], minutes=[0, 1, 9, 10])
        result = held(candles, [funding(minute, "0.01") for minute in (2, 5, 9, 10)])
        assert [(one.price, one.cash) for one in result.charges] == [(110, -11), (110, -11), (110, -11), (200, -20)]

    def test_within_a_candle_it_is_of_what_is_held_after_it(self):
        candles = drawn([100, (100, 130), 130])
        result = held(candles, [FundingRate(ABC, at(1) + 30_000, Decimal("0.01"))])
        assert [(one.price, one.cash) for one in result.charges] == [(130, -13)]
        assert result.market.charges.funding.within == 1

    def test_of_a_symbol_without_a_candle_it_comes_with_the_next_of_any(self):
        candles = {ABC: drawn([100] * 6), XYZ: drawn([50, 50, 60], XYZ, minutes=[0, 1, 5])}
        rules = {symbol: market(symbol, shortable=True) for symbol in candles}
        result = held(candles, [funding(3, "0.01", XYZ), funding(3, "0.01")], instrument=rules)
        assert [(one.symbol, one.price, one.cash) for one in result.charges] == [(ABC, 100, -10), (XYZ, 50, -5)]
        assert [int(one) for one in marks(result)] == [10_000] * 3 + [9_985] * 2 + [9_985 + 100]

    @pytest.mark.parametrize("minute", [-5, 0, 1, 5])
    def test_outside_or_while_nothing_is_held_nobody_pays(self, minute):
        result = held([100] * 4, [funding(minute, "0.5")])
        assert result.charges == []
        assert result.cash == 9_000

    def test_before_the_first_decision_there_is_none(self):
        result = held([100] * 6, [funding(minute, "0.01") for minute in (1, 2, 3)], start=at(2))
        assert result.market.charges.funding.came == 1

    def test_cash_may_fall_below_zero(self):
        result = held([100, 100, 100], [funding(2, "0.5")], lots=95)
        assert result.cash == 500 - 4_750

    def test_money_without_end_is_counted_with_python_integers(self):
        lots = MONEY_LIMIT // 200 + 1
        rate = funding(2, "0.001")
        result = held([100, 100, 300, 300], [rate, funding(3, "0.001")], lots=10**9, capital=lots * 100)
        assert result.cash == lots * 100 - 10**11 - 10**8 - 3 * 10**8

    @pytest.mark.parametrize("rate", [funding(2, "0.01"), funding(2, "0")])
    def test_money_beyond_what_it_is_counted_with_stops_the_run(self, rate):
        """A compiled run is then done again with integers of any size (build.plan)."""
        result = held([100] * 4, [rate])
        plan = result.plan
        sim = running.chosen(plan.strategy, plan.features(curve=True), compiled=False, folder=None)
        state = prepared(plan, result.market, sim, True)
        assert advance(sim, state, 2, plan) is None
        state.account.money_limit = 1.0
        halt = advance(sim, state, 4, plan)
        assert halt is not None
        assert halt.reason is Reason.MONEY_OVERFLOW


class TestBorrow:
    """Of shorts alone, at the end of each day."""

    def days(self, prices, hours=(0, 12, 24, 36, 48), timeframe="12h"):
        ts = [T0 + hour * 3_600_000 for hour in hours]
        rows = drawn(prices)
        return Candles(ABC, timeframe, ts, rows.open, rows.high, rows.low, rows.close, rows.volume)

    def run(self, candles, borrow, side=-1, **settings):
        def short(now, was, p, candle, my, wanted):
            wanted.row(0, MARKET, -1, 0, 36)

        def long(now, was, p, candle, my, wanted):
            wanted.row(0, MARKET, 1, 0, 36)

        given = {"instrument": SHORT, "capital": 10_000} | settings
        return play(bot(short if side < 0 else long), candles, borrow=borrow, **given)

    def test_a_short_pays_a_three_hundred_and_sixtieth_each_midnight_of_what_it_is_worth(self):
        # 36 at 100: 0.1 a year of 3600 is one a day; at 130 it is 1.3, which is rounded up.
        result = self.run(self.days([100, 100, (100, 130), 130, 130]), "0.1")
        first, second = result.charges
        assert (first.kind, first.time_ms, first.rate) == ("borrow", T0 + DAY_MS, Decimal("0.1"))
        assert (first.position, first.price, first.cash) == (-36, 100, -1)
        assert (second.time_ms, second.price, second.cash) == (T0 + 2 * DAY_MS, 130, -2)
        assert result.metrics["borrow_paid"] == 3
        assert result.cash == 10_000 + 3_600 - 3
        assert "funding_paid" not in result.metrics

    def test_a_long_pays_none(self):
        result = self.run(self.days([100] * 5), {ABC: "0.1"}, side=1)
        assert result.charges == []
        assert result.metrics["borrow_paid"] == 0
        assert result.cash == 10_000 - 3_600

    def test_over_a_weekend_there_are_three_days_at_the_close_before(self):
        result = self.run(self.days([100, 100, 200], hours=(0, 12, 84)), "0.1")
        assert [(one.time_ms - T0, one.cash) for one in result.charges] == [(k * DAY_MS, -1) for k in (1, 2, 3)]

    def test_the_rate_of_a_day_is_that_before_its_end(self):
        rates = [(T0 + DAY_MS - 1, "0.2"), (T0 + DAY_MS, "0"), (T0 + 2 * DAY_MS, "0.3"), (T0 + 2 * DAY_MS + 5, "0.4")]
        given = [BorrowRate(ABC, time_ms, Decimal(rate)) for time_ms, rate in rates]
        candles = self.days([100] * 7, hours=(0, 12, 24, 36, 48, 60, 72))
        result = self.run(candles, given)
        assert [(one.time_ms - T0, one.cash) for one in result.charges] == [(DAY_MS, -2), (3 * DAY_MS, -4)]
        assert self.run(candles, given[2:]).charges[0].time_ms == T0 + 3 * DAY_MS

    def test_of_one_time_dividends_come_first_then_funding_then_the_fee(self):
        candles = self.days([100] * 5)
        settings = {
            "actions": [ShareAction(ABC, T0 + DAY_MS, dividend=Decimal("0.5"))],
            "funding": [FundingRate(ABC, T0 + DAY_MS, Decimal("0.01"))],
        }
        result = self.run(candles, "0.1", **settings)
        assert [one.cash for one in result.actions] == [-18]
        assert [(one.kind, one.cash) for one in result.charges] == [("funding", 36), ("borrow", -1), ("borrow", -1)]
        assert result.metrics["dividends"] == -18
        assert result.metrics["funding_paid"] == -36
        assert result.metrics["borrow_paid"] == 2


class TestWhatSeesIt:
    """The gate, exits and bots that decide between closes."""

    def test_a_trip_that_lost_by_it_counts_for_the_losing_streak(self):
        def decide(now, was, p, candle, my, wanted):
            if my.lots == 0:
                wanted.renew(0)
                wanted.row(0, MARKET, 1, 0, 10)
            else:
                wanted.renew(0)
                wanted.row(0, MARKET, -1, 0, 10)

        limits = {"max_consecutive_losses": 1, "cooldown_ms": 3_600_000}
        lost = play(bot(decide), [100] * 8, instrument=SHORT, limits=limits, funding=[funding(2, "0.01")])
        won = play(bot(decide), [100] * 8, instrument=SHORT, limits=limits, funding=[funding(2, "-0.01")])
        assert len(lost.fills) == 2
        assert {code for _, code, _, _ in codes(lost)} == {"cool_down"}
        assert len(won.fills) == 7

    def test_a_drawdown_by_it_stops_entries(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.renew(0)
            wanted.row(0, MARKET, 1, 0, 10)

        result = play(bot(decide), [100] * 6, instrument=SHORT, capital=10_000, limits={"max_drawdown": "0.05"},
                      funding=[funding(2, "0.6")])  # fmt: skip
        # 600 of what 1000 were worth is more than 5 % of ten thousand; it is seen at the close after it.
        assert [(one.time_ms - T0) // 60_000 for one in result.fills] == [1, 2]
        assert {code for _, code, _, _ in codes(result)} == {"drawdown"}

    def test_where_orders_meet_finer_candles_it_is_of_their_last_close(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 4:
                wanted.row(0, MARKET, 1, 0, 10)

        candles = drawn([100] * 5 + [100, 110, 120, 130, 140, 150, 150, 150, 150, 150])
        one = bot(decide, events=(CLOSE, TIMER))
        rates = [funding(minute, "0.01") for minute in (5, 6, 8, 10)]
        result = play(one, candles, instrument=SHORT, timeframe="5m", trading_frequency=60, capital=10_000,
                      funding=rates)  # fmt: skip
        assert [(one.time_ms, one.price, one.cash) for one in result.charges] == [
            (at(6), 100, -10), (at(8), 120, -12), (at(10), 140, -14),
        ]  # fmt: skip
        assert result.market.charges.funding.within == 0


def test_machine_code_of_one_symbol_without_exits_or_a_curve_charges_too():
    """A run of nothing but orders skips the candles that reach none: not where something is charged on the way."""
    candles = drawn([100] * 40)
    rates = [funding(minute, "0.01") for minute in range(1, 40, 3)]
    given = {"instrument": SHORT, "capital": 10_000, "funding": rates}
    plain = backtest(Quiet, candles, options=PLAIN, **given)
    bare = backtest(Quiet, candles, options=Options(curve=False), **given)
    assert bare.ran.compiled
    assert bare.charges == plain.charges
    assert len(plain.charges) == 12
    assert bare.cash == plain.cash == 10_000 - 1_000 - 12 * 10


class Quiet(Strategy):
    """Buys once, as it starts, and hears of nothing else."""

    def events(self):
        return (START,)

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.row(0, MARKET, 1, 0, 10)
