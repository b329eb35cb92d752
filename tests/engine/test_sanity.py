"""Data that cannot be true is set aside and told once; a leap is believed when something else confirms it."""

from __future__ import annotations

from tests.engine.feed_desk import TIMES, Desk
from tests.engine.markets import SYMBOL, at, candle, quote, trade

from botswain.engine.feed_events import Fault, Quoted, Traded
from botswain.model.market_events import Candle


def test_insane_candles_are_set_aside_and_read() -> None:
    for bad in (candle(1, "100", high="99"), candle(1, "100.001"), candle(1, "0"), candle(1, "100", low="101")):
        d = Desk().begin().hear(candle(0)).hear(bad).hear(bad)
        first, fault = d.told()
        assert first == 0
        assert isinstance(fault, Fault), bad
        d.answer(candle(1, "100.01"))
        assert d.told() == [1]


def test_a_candle_that_the_venue_tells_insane_twice_is_late() -> None:
    bad = candle(1, "100", high="99")
    d = Desk().begin().hear(candle(0)).hear(bad).answer(bad).wait(TIMES.again_ms).answer(bad).wait(TIMES.grace_ms)
    first, fault, late = d.told()
    assert (first, late) == (0, ("late", 1))
    assert isinstance(fault, Fault)


def test_a_leap_is_believed_when_a_read_confirms_it() -> None:
    for confirmed in ("150", "101"):
        d = Desk().begin().hear(candle(0)).hear(candle(1, "150"))
        first, fault = d.told()
        assert first == 0
        assert "far from its last price 100" in str(fault)
        d.answer(candle(1, confirmed))
        assert d.told() == [1]
        d.hear(candle(2, confirmed))
        assert d.told() == [2]


def test_a_number_too_long_to_be_a_price_is_a_fault_and_nothing_breaks() -> None:
    d = Desk().begin().hear(candle(0, "1e29", closed=True)).hear(trade("1e29"))
    assert [type(one) for one in d.told()] == [Fault, Fault]


def test_candles_between_the_grid_or_of_the_future_are_faults() -> None:
    d = Desk().begin().hear(candle(0))
    off = candle(1)
    for open_ms in (at(1) + 1, at(500)):
        values = [getattr(off, name) for name in off.__struct_fields__]
        values[2] = open_ms
        d.out += d.feed.heard(SYMBOL, Candle(*values), d.venue_ms, d.now_ms)
    assert [type(one) for one in d.told()] == [int, Fault, Fault]
    assert d.asked() == []


def test_prints_far_off_are_set_aside_until_a_second_one_agrees() -> None:
    d = Desk().begin().hear(candle(0)).hear(trade("101", 1)).hear(trade("200", 2)).hear(trade("101", 3))
    assert [type(one) for one in d.told()] == [int, Traded, Fault, Traded]
    d.hear(trade("50", 4)).hear(trade("50", 4)).hear(trade("51", 5)).hear(trade("51", 6))
    assert [type(one) for one in d.told()] == [Fault, Traded, Traded]
    d.hear(trade("51.001", 7)).hear(trade("0", 8))
    assert [type(one) for one in d.told()] == [Fault]


def test_a_crossed_book_is_told_once_until_it_is_sane_again() -> None:
    d = Desk().begin().hear(candle(0)).hear(quote("100", "100.01")).hear(quote("101", "100"))
    d.hear(quote("102", "100")).hear(quote("0", "100")).hear(quote("200", "0")).hear(quote("1", "200"))
    assert [type(one) for one in d.told()] == [int, Quoted, Fault, Quoted, Fault]
    d.hear(quote("100", "100")).hear(quote("0", "200"))
    assert [type(one) for one in d.told()] == [Quoted, Fault]


def test_a_forming_price_far_off_is_no_price() -> None:
    d = Desk().begin().hear(candle(0)).hear(candle(1, "200", closed=False)).hear(candle(1, "200", closed=False))
    assert [type(one) for one in d.told()] == [int, Fault]
