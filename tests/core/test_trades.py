"""Orders against recorded trades: what fires at which price, what gets a share only, and what arrives late."""
# ruff: noqa: ARG001

from decimal import Decimal

import numpy as np
import pytest
from tests.stage import PLAIN, T0, bot, codes, market

from botswain.build.plan import Plan
from botswain.build.simulator import simulator
from botswain.control.trading_hours import window_of
from botswain.core.codes import (
    CLOSE,
    END,
    FILL,
    FINISHED,
    FOK,
    IOC,
    POST_ONLY,
    R_MONEY_OVERFLOW,
)  # fmt: skip
from botswain.core.scale import Sizing
from botswain.lab.backtest import Options, backtest
from botswain.lab.market import market_of
from botswain.lab.run import prepared
from botswain.lab.tape import on_tape
from botswain.model.trades import OnTrades, Trades

RULES = market(shortable=True)


def tape(*rows):
    """Trades of (milliseconds, price) or (milliseconds, price, quantity)."""
    ts, price, quantity = zip(*((one[0], one[1], one[2] if len(one) > 2 else 1.0) for one in rows), strict=True)
    return Trades("ABC/USD", T0 + np.array(ts, np.int64), np.array(price, float), np.array(quantity, float))


def told(decide, trades, *, slots=4, events=(CLOSE,), timeframe="tick", instrument=RULES, options=PLAIN, **settings):
    """The run; `decide` has my.mem.n, how often it was called with a close."""

    story = bot(decide, slots=slots, events=events, memory={"n": 1, "seen": 1})
    return backtest(
        story, trades, instrument=instrument, sizing="fixed", timeframe=timeframe, options=options, **settings
    )


def fills(result):
    """(milliseconds, side, qty, price, slot, maker)."""
    assert result.halt is None, result.halt
    return [(f.time_ms - T0, f.side, int(f.qty), int(f.price), f.slot, f.maker) for f in result.fills]


def buys_three(now, was, p, candle, my, wanted):
    my.mem.n += 1
    if my.mem.n == 1:
        wanted.market(0, 1, 3.0)


def test_an_order_meets_the_next_trade_or_the_price_of_the_last():
    trades = tape((0, 100), (5, 110), (9, 120))
    assert fills(told(buys_three, trades)) == [(5, "buy", 3, 110, 0, False)]
    assert fills(told(buys_three, trades, meets="last")) == [(5, "buy", 3, 100, 0, False)]
    assert fills(told(buys_three, trades, slippage_bps=100)) == [(5, "buy", 3, 112, 0, False)]


def test_a_resting_limit_fills_at_its_own_price_with_a_trade_at_it_or_beyond():
    def rests(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, 1, 95.0, 2.0)
            wanted.limit(1, -1, 105.0, 2.0)
            wanted.limit(2, 1, 101.0, 1.0)

    trades = tape((0, 100), (1, 100), (2, 95), (3, 104), (4, 107), (5, 90))
    at_once = (1, "buy", 1, 100, 2, False)
    assert fills(told(rests, trades)) == [at_once, (2, "buy", 2, 95, 0, True), (4, "sell", 2, 105, 1, True)]
    assert fills(told(rests, trades, fill="through")) == [
        at_once, (4, "sell", 2, 105, 1, True), (5, "buy", 2, 95, 0, True),
    ]  # fmt: skip


def test_a_trigger_fires_at_the_price_of_the_trade_that_reaches_it():
    def rests(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.stop(0, -1, 95.0, 1.0)
            wanted.take_profit(1, -1, 110.0, 1.0)
            wanted.stop(2, 1, 104.0, 1.0)
            wanted.take_profit(3, 1, 91.0, 1.0)

    trades = tape((0, 100), (1, 100), (2, 93), (3, 105), (4, 115), (5, 90))
    assert fills(told(rests, trades)) == [
        (2, "sell", 1, 93, 0, False), (3, "buy", 1, 105, 2, False), (4, "sell", 1, 115, 1, False),
        (5, "buy", 1, 90, 3, False),
    ]  # fmt: skip


def test_a_stop_limit_crosses_the_trade_that_fires_it_or_rests_at_its_limit():
    def rests(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.stop_limit(0, -1, 95.0, 92.0, 1.0)
            wanted.stop_limit(1, -1, 96.0, 94.0, 1.0)

    assert fills(told(rests, tape((0, 100), (1, 100), (2, 93), (3, 94)))) == [
        (2, "sell", 1, 93, 0, False), (3, "sell", 1, 94, 1, True),
    ]  # fmt: skip


def test_candles_made_of_the_trades_are_decided_on_while_orders_meet_each_of_these():
    def decide(now, was, p, candle, my, wanted):
        my.mem.n += 1
        my.mem.seen = candle.high * 1000.0 + candle.volume
        if my.mem.n == 1:
            wanted.limit(0, 1, 95.0, 1.0)

    trades = tape((0, 100, 2), (30_000, 103), (59_999, 101), (60_000, 99), (70_000, 94), (119_999, 97), (120_500, 1))
    result = told(decide, trades, timeframe="1m")
    # The last minute is not whole: its trades are not met, and nothing is decided on them.
    assert fills(result) == [(70_000, "buy", 1, 95, 0, True)]
    assert [at - T0 for at, _ in result.equity] == [60_000, 120_000]
    assert list(result.ran.state.parts["mem"]) == [2.0, 99_003.0]


def by_market(now, was, p, candle, my, wanted):
    my.mem.n += 1
    if my.mem.n == 1:
        wanted.market(0, 1, 5.0)


def by_limit(now, was, p, candle, my, wanted):
    my.mem.n += 1
    if my.mem.n == 1:
        wanted.limit(0, 1, 102.0, 5.0)


def by_limit_now(now, was, p, candle, my, wanted):
    my.mem.n += 1
    if my.mem.n == 1:
        wanted.limit(0, 1, 102.0, 5.0)
        wanted.tif(0, IOC)


def by_limit_whole(now, was, p, candle, my, wanted):
    my.mem.n += 1
    if my.mem.n == 1:
        wanted.limit(0, 1, 102.0, 5.0)
        wanted.tif(0, FOK)
        wanted.limit(1, 1, 102.0, 2.0)
        wanted.tif(1, FOK)


def by_stop(now, was, p, candle, my, wanted):
    my.mem.n += 1
    if my.mem.n == 1:
        wanted.stop(0, 1, 103.0, 5.0)


@pytest.mark.parametrize(
    ("asks", "expected", "ended"),
    [
        (by_market, [(1, "buy", 2, 101), (2, "buy", 1, 103), (4, "buy", 2, 99)], []),
        (by_limit, [(1, "buy", 2, 101), (4, "buy", 3, 102)], []),
        (by_limit_now, [(1, "buy", 2, 101)], ["not_filled"]),
        (by_limit_whole, [(1, "buy", 2, 101)], ["not_filled"]),
        (by_stop, [(2, "buy", 1, 103), (4, "buy", 4, 99)], []),
    ],
)
def test_orders_get_a_share_of_each_trade_and_what_is_left_waits(asks, expected, ended):
    trades = tape((0, 100, 9), (1, 101, 4), (2, 103, 2), (3, 103, 1), (4, 99, 9), (5, 99, 9))
    result = told(asks, trades, participation="0.5")
    assert [one[:4] for one in fills(result)] == expected
    assert [one[1] for one in codes(result)] == ended


def test_one_share_is_all_that_several_orders_get_of_a_trade_in_their_order():
    def asks(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, 1, 98.0, 2.0)
            wanted.limit(1, 1, 99.0, 2.0)
            wanted.limit(2, 1, 97.0, 2.0)
            wanted.flags(2, POST_ONLY)
            wanted.stop(3, -1, 97.0, 1.0)

    trades = tape((0, 100, 9), (1, 100, 9), (2, 97, 4), (3, 97, 2), (4, 97, 9))
    assert [one[:5] for one in fills(told(asks, trades, participation="0.5"))] == [
        (2, "sell", 1, 97, 3), (2, "buy", 1, 99, 1), (3, "buy", 1, 99, 1), (4, "buy", 2, 98, 0), (4, "buy", 2, 97, 2),
    ]  # fmt: skip


def test_an_order_that_finds_nothing_left_of_a_trade_waits_or_ends_by_its_time_in_force():
    def asks(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.market(0, 1, 2.0)
            wanted.market(1, 1, 1.0)
            wanted.limit(2, 1, 101.0, 1.0)
            wanted.tif(2, IOC)

    trades = tape((0, 100, 9), (1, 101, 4), (2, 102, 1), (3, 103, 2))
    result = told(asks, trades, participation="0.5")
    assert [one[:5] for one in fills(result)] == [(1, "buy", 2, 101, 0), (3, "buy", 1, 103, 1)]
    assert [one[:2] for one in codes(result)] == [(2, "not_filled")]


def test_the_first_part_ends_the_others_of_its_group_and_its_own_rest_works_on():
    def asks(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.market(0, 1, 4.0)
        if my.mem.n == 2:
            wanted.limit(1, -1, 105.0, 4.0)
            wanted.stop(2, -1, 95.0, 4.0)
            wanted.link(1, 1)
            wanted.link(2, 1)

    trades = tape((0, 100, 9), (1, 100, 9), (2, 100, 9), (3, 105, 4), (4, 90, 9), (5, 106, 9))
    result = told(asks, trades, participation="0.5")
    assert [one[:5] for one in fills(result)] == [
        (1, "buy", 4, 100, 0), (3, "sell", 2, 105, 1), (5, "sell", 2, 105, 1),
    ]  # fmt: skip
    assert [one[:2] for one in codes(result)] == [(2, "linked")]


def test_what_is_asked_for_arrives_the_latency_later_before_a_trade_of_that_time():
    trades = tape((0, 100), (50, 105), (99, 107), (100, 110), (200, 120))
    assert fills(told(buys_three, trades, latency_ms=100)) == [(100, "buy", 3, 110, 0, False)]
    assert fills(told(buys_three, trades, latency_ms=101)) == [(200, "buy", 3, 120, 0, False)]
    assert fills(told(buys_three, trades, latency_ms=100, meets="last")) == [(100, "buy", 3, 107, 0, False)]
    assert fills(told(buys_three, trades, latency_ms=1_000)) == []


def test_a_fill_is_heard_late_and_so_is_what_comes_of_it():
    def turns(now, was, p, candle, my, wanted):
        if my.event == FILL:
            if my.side > 0:
                wanted.market(1, -1, 3.0)
            return
        my.mem.n += 1
        my.mem.seen = my.lots
        if my.mem.n == 1:
            wanted.market(0, 1, 3.0)

    trades = tape(*((10 * k, 100 + k) for k in range(8)))
    result = told(turns, trades, events=(CLOSE, FILL), latency_ms=20)
    assert fills(result) == [(20, "buy", 3, 102, 0, False), (40, "sell", 3, 104, 1, False)]
    assert [int(value) for _, value in result.equity] == [
        10_000,
        10_000,
        10_000,
        10_003,
        10_006,
        10_006,
        10_006,
        10_006,
    ]


def test_of_an_order_that_filled_unheard_nothing_more_goes_until_that_is_heard():
    """It is amended to more while its fill is on its way: what is missing of it goes, not all of it once more."""

    def amends(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, 1, 99.0, 2.0)
        if my.mem.n == 3:
            wanted.limit(0, 1, 99.0, 5.0)

    trades = tape((0, 100), (10, 100), (20, 100), (30, 99), (40, 100), (50, 98), (60, 98), (70, 98), (80, 98))
    result = told(amends, trades, latency_ms=20)
    assert sum(one[2] for one in fills(result)) == 5
    assert fills(result)[0] == (30, "buy", 2, 99, 0, True)


def test_an_order_is_withdrawn_late_and_may_fill_on_the_way():
    def withdraws(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, 1, 99.0, 2.0)
        if my.mem.n == 3:
            wanted.withdraw(0)

    quiet = tape((0, 100), (10, 100), (20, 100), (35, 100), (41, 98))
    assert fills(told(withdraws, quiet, latency_ms=15)) == []
    assert fills(told(withdraws, tape((0, 100), (10, 100), (20, 100), (34, 98), (41, 98)), latency_ms=15)) == [
        (34, "buy", 2, 99, 0, True)
    ]


def test_a_part_that_is_not_heard_of_keeps_the_place():
    def grows(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, 1, 99.0, 6.0)
        if my.mem.n == 3:
            wanted.limit(0, 1, 99.0, 8.0)

    trades = tape((0, 100, 9), (10, 100, 9), (20, 99, 4), (30, 99, 4), (40, 99, 4), (50, 99, 2), (60, 99, 9))
    assert fills(told(grows, trades, latency_ms=20, participation="0.5")) == [
        (20, "buy", 2, 99, 0, False), (30, "buy", 2, 99, 0, True), (40, "buy", 2, 99, 0, True),
        (60, "buy", 2, 99, 0, False),
    ]  # fmt: skip


def test_what_is_left_is_withdrawn_though_a_part_is_not_heard_of():
    def withdraws(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, 1, 99.0, 9.0)
        if my.mem.n == 3:
            wanted.withdraw(0)

    trades = tape((0, 100, 9), (10, 100, 9), (20, 99, 4), (30, 99, 4), (40, 99, 4), (50, 99, 2), (60, 99, 9))
    assert fills(told(withdraws, trades, latency_ms=20, participation="0.5")) == [
        (20, "buy", 2, 99, 0, False), (30, "buy", 2, 99, 0, True),
    ]  # fmt: skip


def test_beats_and_closes_of_candles_made_of_trades_are_heard_late_too():
    def decide(now, was, p, candle, my, wanted):
        my.mem.n += 1
        my.mem.seen = my.mem.seen * 100 + candle.close - 90.0
        if my.mem.n == 2:
            wanted.market(0, 1, 1.0)

    trades = tape(
        (0, 100),
        (59_900, 101),
        (60_300, 102),
        (75_000, 103),
        (80_150, 104),
        (80_300, 105),
        (119_990, 106),
        (125_000, 99),
    )
    result = told(decide, trades, timeframe="1m", trading_frequency=20, latency_ms=200, participation=1)
    assert fills(result) == [(80_300, "buy", 1, 105, 0, False)]
    assert [at - T0 for at, _ in result.equity] == [60_000, 120_000]


def test_hours_end_late_too():
    def hold(now, was, p, candle, my, wanted):
        my.mem.n += 1
        wanted.target(1.0)

    minutes = [(60_000 * k + 100, 100 + k) for k in range(8)]
    result = told(
        hold, tape(*minutes, (480_100, 1)), timeframe="1m", latency_ms=500, window="00:01-00:04 UTC", size=1,
    )  # fmt: skip
    assert [one[1] for one in fills(result)] == ["buy"]
    flattened = window_of("00:01-00:06 UTC", at_end="flatten", minutes_before=0)
    trades = tape((100, 100), (60_100, 101), (420_100, 101), (480_100, 101), (540_000, 1))
    with_end = told(hold, trades, timeframe="1m", latency_ms=500, window=flattened, size=1)
    assert [one[1] for one in fills(with_end)] == ["buy", "sell"]


def test_many_late_reports_need_more_room_and_get_it():
    def churn(now, was, p, candle, my, wanted):
        my.mem.n += 1
        for slot in range(40):
            wanted.renew(slot)
            wanted.market(slot, 1 if slot % 2 == 0 else -1, 1.0)

    trades = tape(*((k, 100) for k in range(110)))
    plain = told(churn, trades, slots=40, latency_ms=1)
    assert len(plain.fills) > 4_096
    in_parts = told(churn, trades, slots=40, latency_ms=1, options=Options(compiled=False, progress=lambda _: None))
    assert in_parts.fills == plain.fills


def wrong_at_a_close(now, was, p, candle, my, wanted):
    my.mem.n += my.event == CLOSE
    if my.event == CLOSE and my.mem.n == 1:
        wanted.market(0, 1, 1.0)
        wanted.market(1, 1, 1.0)
    if my.mem.n == 4:
        wanted.market(9, 1, 1.0)


def wrong_at_a_fill(now, was, p, candle, my, wanted):
    my.mem.n += my.event == CLOSE
    if my.event == CLOSE and my.mem.n == 1:
        wanted.market(0, 1, 1.0)
        wanted.market(1, 1, 1.0)
    if my.event == FILL:
        wanted.market(9, 1, 1.0)


def wrong_at_the_end(now, was, p, candle, my, wanted):
    my.mem.n += my.event == CLOSE
    if my.event == CLOSE and my.mem.n == 1:
        wanted.market(0, 1, 1.0)
        wanted.market(1, 1, 1.0)
    if my.mem.n == 6:
        wanted.market(9, 1, 1.0)


@pytest.mark.parametrize("wrong", [wrong_at_a_close, wrong_at_a_fill, wrong_at_the_end])
def test_a_late_step_that_asks_for_what_cannot_be_halts_the_bot(wrong):
    result = told(wrong, tape(*((10 * k, 100) for k in range(6))), events=(CLOSE, FILL, END), latency_ms=10)
    assert result.halt is not None
    assert result.halt.reason.name == "BAD_SLOT"
    assert len(result.fills) == 2
    assert len(result.equity) == 6


def test_a_late_run_stops_where_its_money_outgrows_64_bits():
    """At the first of two fills that are heard; the second is not told."""

    def buys(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.market(0, 1, 1.0)
            wanted.market(1, 1, 1.0)

    trades = tape(*((10 * k, 100) for k in range(6)))
    plan = Plan(
        bot(buys, slots=2, memory={"n": 1})(), (RULES,), 1, sizing=Sizing("fixed", Decimal(1)),
        on_trades=OnTrades(latency_ms=10),
    )  # fmt: skip
    found = on_tape(market_of({"ABC/USD": trades.candles()}, {"ABC/USD": RULES}), OnTrades(latency_ms=10))
    sim = simulator(plan.strategy, plan.features(curve=False), compiled=False)
    state = prepared(plan, found, sim, False)
    assert sim.linked.call(state.handle, 2) == FINISHED
    state.account.money_limit = 1.0
    assert sim.linked.call(state.handle, 6) == R_MONEY_OVERFLOW
    assert (state.account.reports, state.account.told) == (2, 1)


def test_a_held_exit_fills_in_parts_of_its_share():
    """A stop that leaves coins to a resting sale: what rests of it goes first, then what is held, trade by trade."""

    def rests(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.market(0, 1, 10.0)
        if my.mem.n == 2:
            wanted.limit(1, -1, 120.0, 6.0)

    trades = tape(
        (0, 100, 99), (1, 100, 99), (2, 100, 99), (3, 100, 9), (4, 89, 14), (5, 88, 4), (6, 87, 99), (7, 87, 9)
    )
    result = told(rests, trades, participation="0.5", exits={"stop_loss": "0.1"}, instrument=market())
    assert [one[:4] for one in fills(result)] == [
        (1, "buy", 10, 100), (4, "sell", 4, 89), (4, "sell", 3, 89), (5, "sell", 2, 88), (6, "sell", 1, 87),
    ]  # fmt: skip
    assert result.position("ABC/USD") == Decimal(0)
