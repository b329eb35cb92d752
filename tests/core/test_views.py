"""What a step may read of its bot, written down by the step itself."""
# ruff: noqa: ARG001

import math

import pytest
from tests.stage import T0, bot, closed, drawn, market, play

from botswain.core.codes import CLOSE, DONE, EMPTY, FILL, START, WORKING
from botswain.core.indicators import ta

HALF = market(tick="0.5", lot="0.1", taker_fee="0.01", fee_asset="ABC", fee_precision=3, shortable=True)


def mem(result, places=None):
    """The memory of the first symbol as a list."""
    values = list(result.ran.state.parts["mem"])
    return values if places is None else values[:places]


def seen(decide, rows, count, **settings):
    """What a step wrote into my.mem.seen."""
    events = settings.pop("events", (CLOSE,))
    story = bot(decide, slots=2, events=events, memory={"seen": count}, indicators=settings.pop("indicators", None))
    return mem(play(story, rows, **settings))


def test_a_fill_is_seen_with_its_slot_side_price_and_what_was_received():
    def decide(now, was, p, candle, my, wanted):
        if my.event == START:
            wanted.market(1, 1, 10.0)
        elif my.event == FILL:
            my.mem.seen[0] = my.slot
            my.mem.seen[1] = my.side
            my.mem.seen[2] = my.received
            my.mem.seen[3] = my.fill_price
            my.mem.seen[4] = my.lots
            my.mem.seen[5] = my.position
            my.mem.seen[6] = my.entry_price
            my.mem.seen[7] = my.time_ms
            my.mem.seen[8] = candle.close

    # 100 lots bought at 20.5 (41 ticks), one per cent taken in base: 99 whole lots, 9.9 in base.
    found = seen(decide, drawn([(20, 20.5), (20.5, 21), 21]), 9, instrument=HALF, events=(START, FILL))
    assert found[:5] == [1, 1, 99, 20.5, 99]
    assert found[5] == pytest.approx(9.9)
    assert found[6] == pytest.approx(20.5 / 0.99)
    assert found[7:] == [T0 + 60_000, 20.5]  # the candle is still the one that closed before


def test_a_close_is_seen_with_its_candle_and_the_account():
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 1:
            my.mem.seen[0] = candle.open
            my.mem.seen[1] = candle.high
            my.mem.seen[2] = candle.low
            my.mem.seen[3] = candle.close
            my.mem.seen[4] = candle.volume
            my.mem.seen[5] = my.close_ticks
            my.mem.seen[6] = my.tick
            my.mem.seen[7] = my.lot
            my.mem.seen[8] = my.slots
            my.mem.seen[9] = my.shortable
            my.mem.seen[10] = my.symbol
            my.mem.seen[11] = my.nearest_tick(20.75)
            my.mem.seen[12] = my.event

    found = seen(decide, drawn([20, (20, 23, 19, 22)], volume=[1, 7]), 13, instrument=HALF)
    assert found == [20, 23, 19, 22, 7, 44, 0.5, 0.1, 2, 1, 0, 42, CLOSE]


def test_rows_are_seen_by_quantity_fill_and_state():
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            my.mem.seen[0] = wanted.state(0)
            wanted.market(0, 1, 3.0)
            wanted.limit(1, 1, 50.0, 4.0)
        else:
            my.mem.seen[1] = wanted.state(0)
            my.mem.seen[2] = wanted.state(1)
            my.mem.seen[3] = wanted.filled(0)
            my.mem.seen[4] = wanted.quantity(1)
            my.mem.seen[5] = wanted.quantity(99)
            my.mem.seen[6] = wanted.filled(-99)
            my.mem.seen[7] = wanted.size(0)
            my.mem.seen[8] = wanted.size(10)

    found = seen(decide, [100, 100], 9, sizing="fixed_quote", size=1000)
    assert found == [EMPTY, DONE, WORKING, 3, 4, 4, 3, 10, 100]


def test_a_short_is_seen_with_a_minus():
    def decide(now, was, p, candle, my, wanted):
        wanted.target(-1.0)
        my.mem.seen[0] = my.lots
        my.mem.seen[1] = my.position
        my.mem.seen[2] = my.entry_price

    assert seen(decide, [100, 90], 3, instrument=market(shortable=True), sizing="fixed", size=7) == [-7, -7, 90]


def test_the_account_is_seen_in_quote_however_many_symbols_share_it():
    def decide(now, was, p, candle, my, wanted):
        if my.symbol == 0:
            wanted.market(0, 1, 10.0)
        my.mem.seen[2 * closed(my)] = my.cash
        my.mem.seen[2 * closed(my) + 1] = my.equity

    rules = {"ABC/USD": HALF, "XYZ/USD": market("XYZ/USD", tick="0.25", lot="0.01", taker_fee="0.01")}
    rows = {"ABC/USD": drawn([20, 20.5, (20.5, 21)]), "XYZ/USD": drawn([30, 30, 30], "XYZ/USD")}
    found = mem(play(bot(decide, memory={"seen": 6}), rows, instrument=rules))
    # Ten bought at 20.5, of which one per cent goes as a fee in base.
    assert found[:6] == [10_000, 10_000, 10_000 - 205, pytest.approx(9_795 + 9.9 * 20.5), 9_795,
                         pytest.approx(9_795 + 9.9 * 21)]  # fmt: skip
    assert found[6:] == found[:6]


def test_a_flat_bot_has_no_entry_price():
    def decide(now, was, p, candle, my, wanted):
        my.mem.seen[0] = my.entry_price
        my.mem.seen[1] = my.lots

    found = seen(decide, [100], 2)
    assert math.isnan(found[0])
    assert found[1] == 0


def test_the_indicator_before_a_symbol_s_first_candle_has_no_value():
    """Two symbols share the columns: the second one's first candle must not see the first one's last."""

    def decide(now, was, p, candle, my, wanted):
        my.mem.seen[closed(my)] = was.mean
        my.mem.seen[2 + closed(my)] = now.mean

    story = bot(decide, memory={"seen": 4}, indicators={"mean": ta.SMA(2)})
    result = play(story, {"ABC/USD": drawn([10, 20]), "XYZ/USD": drawn([30, 50], "XYZ/USD")})
    found = mem(result)
    assert [math.isnan(value) for value in found] == [True, True, True, False, True, True, True, False]
    assert (found[3], found[7]) == (15, 40)


def test_memory_is_clamped_to_its_own_numbers():
    def decide(now, was, p, candle, my, wanted):
        my.mem.other = 5
        my.mem.seen[-3] = 1
        my.mem.seen[99] = 2
        my.mem.seen[1] = my.mem.seen[7] + my.mem.other
        my.mem.other += my.mem.seen[0]

    story = bot(decide, memory={"before": 1, "seen": 2, "other": 1})
    assert mem(play(story, [100])) == [0, 1, 7, 6]
