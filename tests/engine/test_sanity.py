"""Data that cannot be true is set aside and told once; a leap is believed when something else confirms it."""

from __future__ import annotations

from decimal import Decimal

from tests.engine.feed_desk import TIMES, Desk
from tests.engine.markets import SYMBOL, at, candle, quote, trade

from botswain.engine.candle_feed import CandleFeed
from botswain.engine.feed_events import Fault, Fresh, Quoted, Stale, Traded
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


def test_a_candle_between_two_ticks_is_taken_where_each_price_is_on_either_grid() -> None:
    d = Desk().begin().hear(candle(0))
    d.feed.grid(SYMBOL, Decimal("0.25"))
    # What rested before the change still trades on the finer grid.
    d.hear(candle(1, "100.25", high="100.31", low="100.02"))
    assert d.told() == [0, 1]
    d.hear(candle(2, "100.255"))
    (fault,) = d.told()
    assert isinstance(fault, Fault)
    assert fault.off_grid
    assert "are not all on the grid of 0.25 or 0.01" in fault.why


def test_a_finer_tick_is_taken_from_the_moment_it_is_told() -> None:
    finer = candle(1, "100.005")
    d = Desk().begin().hear(candle(0)).hear(finer)
    assert isinstance(d.told()[-1], Fault)
    d.feed.grid(SYMBOL, Decimal("0.005"))
    assert d.answer(finer).told() == [1]
    d.feed.grid("ETH/USDT", Decimal("0.5"))  # nobody follows it
    d.feed.grid(SYMBOL, Decimal("0.01"))
    assert d.hear(candle(2, "100.005")).told() == [2]


def late(d: Desk, bad: Candle) -> Desk:
    """A candle that cannot be, told and read until nobody waits for it any more."""
    d.hear(bad).answer(bad).wait(TIMES.again_ms).answer(bad).wait(TIMES.grace_ms)
    return d


def test_prices_of_which_candles_are_refused_one_after_the_other_are_stale_until_one_can_be() -> None:
    d = Desk().begin().hear(candle(0))
    late(d, candle(1, "100.001"))
    assert [type(one) for one in d.told()] == [int, Fault, tuple]
    assert not d.feed.stale(SYMBOL)
    late(d, candle(2, "100.001"))
    *_, last, stale = d.told()
    assert last == ("late", 2)
    assert isinstance(stale, Stale)
    assert stale.refused
    assert stale.why.startswith("its candles are refused one after the other: the candle of BTCUSDT 1m at ")
    assert "are not all on the grid of 0.01" in stale.why
    assert d.feed.stale(SYMBOL)
    # That it moves makes it no better, and a third one is no news.
    d.hear(candle(3, closed=False, trades=3))
    late(d, candle(3, "100.001"))
    assert not [one for one in d.told() if isinstance(one, (Stale, Fresh))]
    d.hear(candle(4))
    assert [one if isinstance(one, int) else type(one) for one in d.told()] == [Fresh, 4]
    assert not d.feed.stale(SYMBOL)


def test_what_is_stale_for_two_reasons_is_fresh_only_without_both() -> None:
    d = Desk(CandleFeed(TIMES)).begin().hear(candle(0))
    fresh = d.feed._fresh[SYMBOL]
    assert fresh.refusing("", d.venue_ms) is None
    assert fresh.refusing("why", d.venue_ms) is not None
    d.now_ms += TIMES.quiet_ms
    assert fresh.wants_poll(d.now_ms)
    assert fresh.polled(candle(1), d.now_ms) is None  # the venue is further than the stream
    assert fresh.refusing("", d.venue_ms) is None
    assert fresh.refusing("why", d.venue_ms) is None  # it is stale already
    assert fresh.polled(candle(0), d.now_ms) is None
    assert isinstance(fresh.refusing("", d.venue_ms), Fresh)
